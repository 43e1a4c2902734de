using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// The kernel's state right after boot, word by word: what a word must hold by the configuration. A word that nothing is said of is zero; null is a
/// word that depends on the time or the processor.
/// </summary>
internal sealed class BootState
{
    private const ulong Never = ~0UL, RanksMask = (1 << Limits.VcpusPerCpu) - 1;
    private const int CpuShift = 4;

    // PSTATE of a vCPU that starts: EL1h or EL0t, DAIF masked
    private const ulong GuestPstate = 0x3c5, ServicePstate = 0x3c0;

    // ICH_LR_EL2 of a free list register: group 1, lowest priority; HW and the physical INTID above
    private const ulong Template = (1UL << 60) | (0xf8UL << 48), HardwareBit = 1UL << 61;
    private const int PhysicalShift = 32;
    private const ulong VirtualTimer = 27, InterfaceOn = 1;

    private readonly Configuration<Word> _configuration;
    private readonly Func<ulong, string, ulong> _world;

    /// <param name="image">The image.</param>
    /// <param name="world">Of a vCPU, what a register that confines it must hold, by the name of the word that keeps it.</param>
    public BootState(CheckedImage image, Func<ulong, string, ulong> world) => (_configuration, _world) = (image.Configuration, world);

    /// <summary>The vCPU that a CPU enters first, or <see cref="Limits.NoVcpu"/>.</summary>
    public ulong FirstOf(ulong cpu)
    {
        ulong ready = ReadyOn(cpu), own = ready & _configuration.SlotMask(new(cpu), new(0)).Value, others = ready & _configuration.SlotFallback(new(cpu), new(0)).Value;
        ulong candidates = own != 0 ? own : others;
        return cpu >= _configuration.CpuCount.Value || candidates == 0 ? Limits.NoVcpu : (cpu << CpuShift) | (ulong)ulong.TrailingZeroCount(candidates);
    }

    public bool IsService(ulong vcpu) => (_configuration.Flags(_configuration.PartitionOf(new(vcpu))).Value & PartitionFlags.Service) != 0;

    /// <summary>PSTATE of a vCPU at its start.</summary>
    public ulong PstateOf(ulong vcpu) => IsService(vcpu) ? ServicePstate : GuestPstate;

    /// <summary>What a word of the state must hold; null for what is not said here.</summary>
    public ulong? Of(string field, ulong index, ulong inner) => field.StartsWith("cpu.", StringComparison.Ordinal) ? OfCpu(field, index, inner) : OfVcpu(field, index, inner);

    private ulong? OfCpu(string field, ulong cpu, ulong inner)
    {
        bool runs = cpu < _configuration.CpuCount.Value;
        ulong first = FirstOf(cpu), resident = first == Limits.NoVcpu || IsService(first) ? Limits.NoVcpu : first;
        bool endless = runs && _configuration.SlotLength(new(cpu), new(0)).Value == 0;
        return field switch
        {
            "cpu.Number" => cpu,
            "cpu.Current" => first,
            "cpu.Resident" => resident,
            "cpu.Idle" => runs && first == Limits.NoVcpu ? 1UL : 0,
            "cpu.Since" => runs ? null : 0,
            "cpu.Ready" => ReadyOn(cpu),
            "cpu.Mask" => runs ? _configuration.SlotMask(new(cpu), new(0)).Value : 0,
            "cpu.Fallback" => runs ? _configuration.SlotFallback(new(cpu), new(0)).Value : 0,
            "cpu.SlotEnd" => endless ? Never : runs ? null : 0,
            "cpu.Alarm" => endless || !runs ? Never : null,
            "cpu.Last" => resident != Limits.NoVcpu && _configuration.PartitionOf(new(resident)).Value == inner ? resident : Limits.NoVcpu,
            _ => 0,
        };
    }

    private ulong? OfVcpu(string field, ulong vcpu, ulong inner)
    {
        bool starts = Starts(vcpu);
        return field switch
        {
            "vcpu.X" => !starts ? 0 : inner switch
            {
                0 => _configuration.Context(new(vcpu)).Value,
                1 => _configuration.Number(new(vcpu)).Value,
                _ => 0,
            },
            "vcpu.Pc" => starts ? _configuration.Entry(new(vcpu)).Value : 0,
            "vcpu.Pstate" => starts ? PstateOf(vcpu) : 0,
            "vcpu.Lifecycle" => starts ? Lifecycle.Ready : Lifecycle.Off,
            "vcpu.Deadline" => Never,
            "vcpu.Hardware" => HardwareOf(vcpu),
            "vcpu.Hcr" => starts ? InterfaceOn : 0,
            "vcpu.System" => starts ? SystemAtStart(vcpu, inner) : 0,
            "vcpu.Templates" => Template | inner | ((HardwareOf(vcpu) >> (int)inner & 1) != 0 ? HardwareBit | (inner << PhysicalShift) : 0),
            _ when field.StartsWith("vcpu.World", StringComparison.Ordinal) => _world(vcpu, field),
            _ => 0,
        };
    }

    /// <summary>Of the registers that are switched, two do not start as zero.</summary>
    private ulong SystemAtStart(ulong vcpu, ulong index)
    {
        int register = (index + Register.System) switch
        {
            Register.SctlrEl1 => SystemRegisters.SctlrEl1,
            Register.CntkctlEl1 => SystemRegisters.CntkctlEl1,
            _ => 0,
        };
        return El2Registers.AtEntry(IsService(vcpu)).FirstOrDefault(pair => pair.Register == register).Value;
    }

    /// <summary>Virtual interrupts of a vCPU that a physical one stands behind.</summary>
    private ulong HardwareOf(ulong vcpu)
    {
        ulong hardware = 1UL << (int)VirtualTimer;
        for (ulong intid = 0; intid < Limits.VirtualInterrupts; intid++)
        {
            ulong sink = _configuration.Interrupt(new(intid)).Value;
            if (Capability.Kind(sink) == Capability.Virtual && Capability.Target(sink) == vcpu)
                hardware |= 1UL << (int)intid;
        }

        return hardware;
    }

    private bool Starts(ulong vcpu) => _configuration.Used(new(vcpu)).Value != 0 && _configuration.Autostart(new(vcpu)).Value != 0;

    private ulong ReadyOn(ulong cpu)
    {
        ulong ready = 0;
        for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
        {
            ready |= Starts((cpu << CpuShift) | rank) ? 1UL << (int)rank : 0;
        }

        return ready & RanksMask;
    }
}
