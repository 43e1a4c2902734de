using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Loader;

/// <summary>
/// Switches an SMMUv3 on, whatever state it is in (Arm IHI 0070, 3.21 and 6.3). Tables and commands lie ready. What it does not acknowledge is
/// waited for: nothing starts without it. After this nobody writes its registers.
/// </summary>
internal static unsafe class Smmu
{
    private const ulong Control = 0x20, ControlAcknowledge = 0x24, Attributes = 0x28, Behaviour = 0x2c, GlobalBypass = 0x44,
        InterruptControl = 0x50, InterruptAcknowledge = 0x54, StreamTable = 0x80, StreamTableFormat = 0x88,
        CommandQueue = 0x90, CommandProducer = 0x98, CommandConsumer = 0x9c, EventQueue = 0xa0, EventMessage = 0xb0,
        EventProducer = 0x1_00a8, EventConsumer = 0x1_00ac;

    // SMMU_GBPA: what is not translated, while the SMMU is off, is refused
    private const uint Update = 1U << 31, Abort = 1 << 20;

    // SMMU_CR0, SMMU_IRQ_CTRL
    private const uint Translation = 1 << 0, Events = 1 << 2, Commands = 1 << 3, EventInterrupt = 1 << 2;

    // SMMU_CR1: tables and queues are write-back, inner shareable
    private const uint Cacheable = (3 << 10) | (1 << 8) | (1 << 6) | (3 << 4) | (1 << 2) | (1 << 0);

    // SMMU_CR2: TLB operations of the CPUs don't reach it (PTM), streams beyond the table are recorded (RECINVSID)
    private const uint Own = (1 << 2) | (1 << 1);

    // SMMU_STRTAB_BASE, SMMU_CMDQ_BASE, SMMU_EVENTQ_BASE: allocation hint
    private const ulong Allocate = 1UL << 62;

    // GICD_ICENABLER, GICD_ICFGR: of two bits for an interrupt the upper one says edge (Arm IHI 0069, 12.9)
    private const ulong ClearEnable = 0x180, Configuration = 0xc00;

    /// <summary>Switches it on.</summary>
    public static void Start(in SmmuSetup setup)
    {
        ulong smmu = setup.Registers;
        Write(smmu + GlobalBypass, Abort | Update);
        while ((Read(smmu + GlobalBypass) & Update) != 0)
            continue;
        Set(smmu, Control, ControlAcknowledge, 0);
        Set(smmu, InterruptControl, InterruptAcknowledge, 0);

        Write(smmu + Attributes, Cacheable);
        Write(smmu + Behaviour, Own);
        WriteLong(smmu + StreamTable, setup.Streams | Allocate);
        Write(smmu + StreamTableFormat, (uint)setup.StreamBits);
        WriteLong(smmu + CommandQueue, setup.Commands | Allocate | setup.CommandBits);
        Write(smmu + CommandProducer, 0);
        Write(smmu + CommandConsumer, 0);
        WriteLong(smmu + EventQueue, setup.Events | Allocate | setup.EventBits);
        Write(smmu + EventProducer, 0);
        Write(smmu + EventConsumer, 0);
        WriteLong(smmu + EventMessage, 0);

        // It forgets what it has cached.
        Set(smmu, Control, ControlAcknowledge, Commands);
        Write(smmu + CommandProducer, (uint)setup.CommandCount);
        while (Read(smmu + CommandConsumer) != (uint)setup.CommandCount)
            continue;

        MakeEdge(setup.Distributor, setup.Interrupt);
        Set(smmu, InterruptControl, InterruptAcknowledge, EventInterrupt);
        Set(smmu, Control, ControlAcknowledge, Translation | Events);
    }

    // The SMMU's interrupt is a pulse.
    private static void MakeEdge(ulong distributor, ulong intid)
    {
        Write(distributor + ClearEnable + intid / 32 * 4, 1U << (int)(intid % 32));
        ulong register = distributor + Configuration + intid / 16 * 4;
        Write(register, Read(register) | 2U << (int)(intid % 16 * 2));
    }

    private static void Set(ulong smmu, ulong control, ulong acknowledge, uint value)
    {
        Write(smmu + control, value);
        while (Read(smmu + acknowledge) != value)
            continue;
    }

    private static uint Read(ulong address) => Volatile.Read(ref *(uint*)address);

    private static void Write(ulong address, uint value) => Volatile.Write(ref *(uint*)address, value);

    private static void WriteLong(ulong address, ulong value) => Volatile.Write(ref *(ulong*)address, value);
}
