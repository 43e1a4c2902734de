using System.Runtime;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Boot, after Boot.S has set up EL2: the state from the configuration, then each CPU for itself.</summary>
internal static class Boot
{
    private const ulong CpuOn = 0xc400_0003;

    // ICH_VTR_EL2: list registers less one, preemption bits less one (IHI0069, 12.4.12)
    private const ulong ListMask = 0x1f, PreemptionMask = 7;
    private const int PreemptionShift = 26;
    private const ulong MostPreemptionBits = 5;

    /// <summary>Runs on each CPU, the boot CPU first. Returns its number.</summary>
    [RuntimeExport("boot")]
    public static ulong Start(ulong number)
    {
        if (number == 0)
        {
            InitialiseMachine();
        }
        ref CpuState cpu = ref State.Cpu(number);
        InitialiseCpu(ref cpu);
        if (number == 0)
        {
            StartOthers();
        }
        return number;
    }

    private static void InitialiseMachine()
    {
        ulong virtualInterface = BootCpu.VirtualInterface();
        if (State.Config.Magic != Config.MagicValue
            || (virtualInterface & ListMask) + 1 < Limits.ListRegisters
            || ((virtualInterface >> PreemptionShift) & PreemptionMask) + 1 > MostPreemptionBits)
        {
            BootCpu.Panic();
        }
        State.Found.Frequency = Cpu.Frequency();
        Identification.Initialise(ref State.Found);
        for (ulong number = 0; number < Limits.Cpus; number++)
        {
            ref CpuState cpu = ref State.Cpu(number);
            cpu.Number = number;
            cpu.Current = Limits.NoVcpu;
            cpu.Resident = Limits.NoVcpu;
            cpu.Alarm = Scheduler.Never;
            for (int partition = 0; partition < Limits.Partitions; partition++)
            {
                cpu.Last[partition] = Limits.NoVcpu;
            }
        }
        for (ulong index = 0; index < Limits.Vcpus; index++)
        {
            InitialiseVcpu(ref State.Vcpu(index), index);
        }
        for (ulong intid = Gic.FirstShared; intid < Gic.Special; intid++)
        {
            Link(intid, State.Config.Interrupts[(int)intid]);
        }
        Gic.InitialiseDistributor();
    }

    private static void InitialiseVcpu(ref VcpuState vcpu, ulong index)
    {
        ref PartitionConfig partition = ref State.PartitionOf(index);
        vcpu.WorldVttbr = partition.Vttbr;
        vcpu.WorldHcr = ControlRegisters.Hcr(partition.Flags);
        vcpu.WorldCptr = ControlRegisters.Cptr(partition.Flags);
        vcpu.WorldVmpidr = ControlRegisters.Vmpidr(State.VcpuConfig(index).Number);
        for (int intid = 0; intid < Limits.VirtualInterrupts; intid++)
        {
            vcpu.Templates[intid] = ListRegister.Software((ulong)intid);
        }
        const int Timer = (int)Interrupts.VirtualTimer;
        vcpu.Templates[Timer] = vcpu.Templates[Timer].LinkedTo(Interrupts.VirtualTimer);
        vcpu.Hardware = 1UL << Timer;
        vcpu.Deadline = Scheduler.Never;
    }

    /// <summary>Links a virtual interrupt to the physical one that a guest's device has.</summary>
    private static void Link(ulong intid, ulong sink)
    {
        if (Capability.Kind(sink) == Capability.Virtual)
        {
            ref VcpuState vcpu = ref State.Vcpu(Capability.Target(sink));
            int number = (int)(Capability.Number(sink) & (Limits.VirtualInterrupts - 1));
            vcpu.Templates[number] = vcpu.Templates[number].LinkedTo(intid);
            vcpu.Hardware |= 1UL << number;
        }
    }

    private static void InitialiseCpu(ref CpuState cpu)
    {
        if (State.Found.HasFineTraps != 0)
        {
            BootCpu.ClearFineTraps();
        }
        if (State.Found.HasExtensions != 0)
        {
            BootCpu.ClearExtensions();
        }
        Context.SetCptr(ControlRegisters.ServiceCptr);
        Gic.InitialiseRedistributor(cpu.Number);
        for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
        {
            ulong index = State.IndexOf(cpu.Number, rank);
            ref VcpuConfig config = ref State.VcpuConfig(index);
            if (config.Used != 0 && config.Autostart != 0)
            {
                Lifecycles.Start(ref cpu, ref State.Vcpu(index), index, config.Entry, config.Context);
            }
        }
        Scheduler.Begin(ref cpu, 0, Cpu.Time());
        Timers.Arm(ref cpu, cpu.SlotEnd);
        Mail.Take(ref cpu);     // sent before this CPU could be interrupted
    }

    private static void StartOthers()
    {
        ulong entry = BootCpu.SecondaryEntry();
        for (ulong number = 1; number < State.Config.CpuCount && number < Limits.Cpus; number++)
        {
            if (Cpu.Firmware(CpuOn, State.CpuConfig(number).Mpidr, entry, number) != 0)
            {
                BootCpu.Panic();
            }
        }
    }
}
