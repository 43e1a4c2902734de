using Redoubt.Kernel;
using Redoubt.Kernel.Tests.Model;
using C = Redoubt.Spec.ConfigurationFields;
using F = Redoubt.Spec.StateFields;

namespace Redoubt.Spec.Tests;

/// <summary>The state of the specification that a state of kernel and hardware stands for: what of a vCPU is in registers is read there.</summary>
internal static class Abstraction
{
    private const int User = 0, El1 = 5, Timer = 23, Ras = 25, Sme = 26, End = 27;
    private const uint TimerBit = 1 << 27, InboxBit = 1;
    private const ulong SystemOff = 0x8400_0008, SystemReset = 0x8400_0009;

    /// <summary>Writes what some vCPUs and CPUs stand for.</summary>
    public static void Read(Hardware hardware, IEnumerable<ulong> vcpus, NumberStore store)
    {
        foreach (ulong index in vcpus)
            ReadVcpu(hardware.Cores[State.CpuOf(index)], index, store);
        foreach (Core core in hardware.Cores)
            ReadCpu(core, store);
        for (ulong intid = 32; intid < 64; intid++)
            store[F.Active][intid] = hardware.IsActive(intid) ? 1UL : 0;
        ulong last = hardware.Firmware.LastOrDefault().Function;
        store[F.Power][0] = last == SystemOff ? 1UL : last == SystemReset ? 2UL : 0;
    }

    /// <summary>Writes the configuration.</summary>
    public static void ReadConfiguration(NumberStore store)
    {
        for (ulong index = 0; index < Limits.Vcpus; index++)
        {
            ref VcpuConfig vcpu = ref State.VcpuConfig(index);
            (store[C.Partition][index], store[C.Number][index]) = (vcpu.Partition, vcpu.Number);
            (store[C.Monitor][index], store[C.Guest][index]) = (vcpu.Monitor, vcpu.Guest);
        }
        for (ulong index = 0; index < Limits.Partitions; index++)
        {
            ref PartitionConfig partition = ref State.Partition(index);
            store[C.Flags][index] = partition.Flags;
            Copy(partition.Capabilities, store, C.Capabilities, index);
            Copy(partition.Vcpus, store, C.Vcpus, index);
        }
        for (ulong number = 0; number < Limits.Cpus; number++)
        {
            ref CpuConfig cpu = ref State.CpuConfig(number);
            store[C.SlotCount][number] = cpu.SlotCount;
            for (int slot = 0; slot < Limits.Slots; slot++)
            {
                int place = ((int)number * Limits.Slots) + slot;
                (store[C.SlotLength][place], store[C.SlotMask][place], store[C.SlotFallback][place]) =
                    (cpu.Slots[slot].Length, cpu.Slots[slot].Mask, cpu.Slots[slot].Fallback);
            }
        }
        Copy(State.Config.Interrupts, store, C.Sink, 0);
        Copy(State.Found.Identification, store, C.Identification, 0);
        store[C.Frequency][0] = State.Found.Frequency;
        store[C.Pan][0] = State.Found.Pan;
    }

    private static void ReadVcpu(Core core, ulong index, NumberStore store)
    {
        ref CpuState cpu = ref State.Cpu(core.Number);
        ref VcpuState vcpu = ref State.Vcpu(index);
        bool current = cpu.Current == index, resident = cpu.Resident == index;
        bool faulted = vcpu.Lifecycle == Lifecycle.Faulted;
        bool abort = vcpu.Fault is FaultKind.Data or FaultKind.Instruction;

        Copy(vcpu.X, store, F.X, index);
        Span<ulong> system = Row(store, F.System, index);
        for (int i = User; i < End; i++)
        {
            bool loaded = i < El1 ? current : i < Ras ? resident : resident && (i == Ras ? State.Found.HasRas : State.Found.HasSme) != 0;
            system[i] = loaded ? core.System[i] : vcpu.System[i];
        }
        (Row(store, F.Float, index)[0], Row(store, F.Float, index)[1]) = resident ? (core.Fpcr, core.Fpsr) : (vcpu.Fpcr, vcpu.Fpsr);
        Span<ulong> vectors = Row(store, F.Vectors, index), lists = Row(store, F.Lists, index), templates = Row(store, F.Templates, index);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = resident ? core.Vectors[i] : vcpu.Vectors[i];
        for (int i = 0; i < lists.Length; i++)
            lists[i] = resident ? core.Virtual.Lists[i].Value : vcpu.Lists[i].Value;
        for (int i = 0; i < templates.Length; i++)
            templates[i] = vcpu.Templates[i].Value;
        Span<ulong> face = Row(store, F.Interface, index);
        (face[0], face[1], face[2]) = resident
            ? (core.Virtual.Vmcr, core.Virtual.ActivePriorities0, core.Virtual.ActivePriorities1)
            : (vcpu.Vmcr, vcpu.ActivePriorities0, vcpu.ActivePriorities1);
        Copy(vcpu.Account, store, F.Account, index);
        store[F.TimerActive][index] = resident ? (core.Active & TimerBit) / TimerBit : vcpu.TimerActive;
        store[F.Control][index] = resident ? core.Virtual.Hcr : vcpu.Hcr;
        (store[F.Pc][index], store[F.Pstate][index]) = (vcpu.Pc, vcpu.Pstate);
        (store[F.Hardware][index], store[F.Enabled][index], store[F.Pending][index]) = (vcpu.Hardware, vcpu.Enabled, vcpu.Pending);
        (store[F.Line][index], store[F.Latched][index]) = (vcpu.Line, vcpu.Latched);
        (store[F.Lifecycle][index], store[F.Calling][index], store[F.Deadline][index]) = (vcpu.Lifecycle, vcpu.Calling, vcpu.Deadline);
        (store[F.Events][index], store[F.Fault][index]) = (vcpu.Events, vcpu.Fault);
        store[F.Syndrome][index] = faulted ? vcpu.Esr.Value : 0;
        store[F.Address][index] = vcpu.Far;
        store[F.Ipa][index] = abort && vcpu.Esr.HasIpa ? (vcpu.Hpfar >> 4 << 12) | (vcpu.Far & 0xfff) : 0;
        (store[F.InboxEvents][index], store[F.InboxVirtual][index]) = (vcpu.InboxEvents, vcpu.InboxVirtual);
    }

    private static void ReadCpu(Core core, NumberStore store)
    {
        ref CpuState cpu = ref State.Cpu(core.Number);
        ulong number = core.Number;
        ref SlotConfig slot = ref State.CpuConfig(number).Slots[(int)cpu.Slot];
        Assert.Equal((slot.Mask, slot.Fallback), (cpu.Mask, cpu.Fallback));
        Assert.True(cpu.Resident != Limits.NoVcpu || (core.Active & TimerBit) == 0, "nobody's timer is active");
        (store[F.Current][number], store[F.Idle][number], store[F.Resident][number]) = (cpu.Current, cpu.Idle, cpu.Resident);
        (store[F.Since][number], store[F.Ready][number], store[F.Slot][number]) = (cpu.Since, cpu.Ready, cpu.Slot);
        (store[F.SlotEnd][number], store[F.Alarm][number], store[F.Inbox][number]) = (cpu.SlotEnd, cpu.Alarm, cpu.Inbox);
        store[F.Announced][number] = core.Latched & InboxBit;
    }

    private static Span<ulong> Row(NumberStore store, Field field, ulong row) => store[field].AsSpan((int)row * field.Columns, field.Columns);

    private static void Copy(ReadOnlySpan<ulong> words, NumberStore store, Field field, ulong row)
    {
        int count = Math.Min(words.Length, store[field].Length - ((int)row * field.Columns));
        words[..count].CopyTo(store[field].AsSpan((int)row * field.Columns));
    }
}
