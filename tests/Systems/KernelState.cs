using System.Runtime.InteropServices;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Kernel;

namespace Redoubt.Systems;

/// <summary>
/// All that the kernel held at one moment while it didn't run (src/Kernel/State.cs), and which interrupts its GIC knew as enabled and as active. Of a
/// machine with one CPU.
/// </summary>
/// <param name="image">The system.</param>
/// <param name="memory">Memory from <see cref="Start"/> on.</param>
/// <param name="interrupts">Words of the GIC.</param>
internal sealed class KernelState(SystemImage image, byte[] memory, uint[] interrupts)
{
    /// <summary>Where the vCPUs stand; then the CPUs, then what was found out at boot. Stacks follow, of which nothing is left while the kernel doesn't run.</summary>
    public const ulong Start = 0x4042_0000;

    /// <summary>Bytes of these three.</summary>
    public const int Size = 0x4_2000;

    private const int VcpuSize = 0x800, CpusOffset = VcpuSize * Limits.Vcpus;

    /// <summary>The CPU.</summary>
    public ref readonly CpuState Cpu => ref CpuIn(memory);

    /// <summary>Nobody runs, and nobody has a reason to.</summary>
    public bool IsAtRest => Cpu.Idle == 1 && Cpu.Ready == 0 && Cpu.Inbox == 0;

    /// <summary>Who runs and who is to run, for a message.</summary>
    public string Summary => $"idle {Cpu.Idle}, ready 0x{Cpu.Ready:x}, inbox 0x{Cpu.Inbox:x}, current {Cpu.Current}, resident {Cpu.Resident}";

    /// <summary>Counter ticks charged to all vCPUs together.</summary>
    public ulong Charged => Enumerable.Range(0, Limits.Vcpus).Aggregate(0UL, (sum, index) => sum + VcpusIn(memory)[index].Account[(int)AccountItem.Runtime]);

    /// <summary>An account of a partition's first vCPU, by <see cref="AccountItem"/>.</summary>
    public ulong Account(string partition, ulong item) => VcpusIn(memory)[First(partition)].Account[(int)item];

    /// <summary>Whether the registers of a partition's first vCPU are the CPU's, so that those in memory are old.</summary>
    public bool IsResident(string partition) => Cpu.Resident == (ulong)First(partition);

    /// <summary>
    /// What differs between two moments of rest and must not. May differ: accounts, which only grow; times, and which time slot it is; who ran last; and the
    /// registers of partitions that run their own programs all the while. Of the one that started anew at the same point, registers are the same.
    /// </summary>
    /// <param name="later">The later moment.</param>
    /// <param name="restarted">Name of that partition.</param>
    public IEnumerable<string> Differences(KernelState later, string restarted)
    {
        byte[] before = Lasting(restarted), after = later.Lasting(restarted);
        foreach (int offset in Enumerable.Range(0, Size / sizeof(ulong)).Select(word => word * sizeof(ulong)))
        {
            (ulong was, ulong isNow) = (BitConverter.ToUInt64(before, offset), BitConverter.ToUInt64(after, offset));
            if (was != isNow)
                yield return $"{Place(offset)}: 0x{was:x}, then 0x{isNow:x}";
        }

        for (int index = 0; index < Limits.Vcpus; index++)
        {
            for (int item = 0; item < (int)AccountItem.State; item++)
            {
                if (later.VcpuAccount(index, item) < VcpuAccount(index, item))
                    yield return $"account {item} of vCPU {index}: {VcpuAccount(index, item)}, then {later.VcpuAccount(index, item)}";
            }
        }

        if (!Interrupts.SequenceEqual(later.Interrupts))
            yield return $"interrupts: {Words(Interrupts)}, then {Words(later.Interrupts)}";
    }

    private uint[] Interrupts { get; } = interrupts;

    private ulong VcpuAccount(int index, int item) => VcpusIn(memory)[index].Account[item];

    private int First(string partition)
    {
        int index = image.Map.Partitions.Select(placed => placed.Name).ToList().IndexOf(partition);
        return (int)image.Config.Partitions[index].Vcpus[0];
    }

    private byte[] Lasting(string restarted)
    {
        byte[] copy = [.. memory];
        Span<VcpuState> vcpus = VcpusIn(copy);
        for (int index = 0; index < Limits.Vcpus; index++)
        {
            vcpus[index].Account = default;
            if (index != First(restarted))
                ForgetRegisters(ref vcpus[index]);
        }

        ref CpuState cpu = ref CpuIn(copy);
        cpu.Current = cpu.Resident = cpu.Since = cpu.Slot = cpu.Mask = cpu.Fallback = cpu.SlotEnd = cpu.Alarm = 0;
        return copy;
    }

    private static void ForgetRegisters(ref VcpuState vcpu)
    {
        (vcpu.X, vcpu.Pc, vcpu.Pstate, vcpu.Esr, vcpu.Far, vcpu.Hpfar, vcpu.Deadline) = (default, 0, 0, default, 0, 0, 0);
        (vcpu.System, vcpu.Fpcr, vcpu.Fpsr, vcpu.Vectors) = (default, 0, 0, default);
        (vcpu.Lists, vcpu.Latched, vcpu.TimerActive) = (default, 0, 0);
        (vcpu.Vmcr, vcpu.ActivePriorities0, vcpu.ActivePriorities1, vcpu.Hcr) = (0, 0, 0, 0);
    }

    private static string Place(int offset) => offset < CpusOffset
        ? $"vCPU {offset / VcpuSize} at 0x{offset % VcpuSize:x}"
        : $"CPUs at 0x{offset - CpusOffset:x}";

    private static string Words(uint[] words) => string.Join(' ', words.Select(word => word.ToString("x8")));

    private static Span<VcpuState> VcpusIn(byte[] memory) => MemoryMarshal.Cast<byte, VcpuState>(memory.AsSpan(0, CpusOffset));

    private static ref CpuState CpuIn(byte[] memory) => ref MemoryMarshal.AsRef<CpuState>(memory.AsSpan(CpusOffset));
}
