using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>A machine with a configuration and the kernel on it. After each entry into the kernel its invariants are checked.</summary>
internal sealed class Rig
{
    /// <summary>All ranks of a CPU.</summary>
    public const ulong All = 0xffff;

    private const int StormLimit = 1000;
    private const ulong ExceptionTrap = 0, InterruptTrap = 1, SErrorTrap = 2;

    private readonly ulong[] _running;
    private ulong _partitions;

    public Rig(int cpus = 1)
    {
        Memory.Clear();
        Hardware = new Hardware(cpus);
        Hardware.Now = Hardware;
        _running = [.. Enumerable.Repeat(Limits.NoVcpu, cpus)];
        ref Config config = ref State.Config;
        config.Magic = Config.MagicValue;
        config.CpuCount = (ulong)cpus;
        config.Distributor = Hardware.Distributor;
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            config.Cpus[cpu].Mpidr = Hardware.Mpidr((ulong)cpu);
            config.Cpus[cpu].Redistributor = Hardware.Redistributor((ulong)cpu);
            Slots((ulong)cpu, (0, All, 0));
        }
        for (int index = 0; index < Limits.Vcpus; index++)
        {
            config.Vcpus[index].Monitor = Limits.NoVcpu;
            config.Vcpus[index].Guest = Limits.NoVcpu;
        }
        for (int partition = 0; partition < Limits.Partitions; partition++)
        {
            for (int number = 0; number < Limits.VcpusPerPartition; number++)
                config.Partitions[partition].Vcpus[number] = Limits.NoVcpu;
        }
    }

    public Hardware Hardware { get; }

    /// <summary>Adds a partition whose vCPUs start at boot; returns its index.</summary>
    public ulong Add(ulong flags, params ulong[] vcpus)
    {
        ulong partition = _partitions++;
        ref PartitionConfig config = ref State.Partition(partition);
        config.Vttbr = ((partition + 1) << 48) | (0x5000_0000 + (partition << 12));
        config.Flags = flags;
        config.VcpuCount = (ulong)vcpus.Length;
        for (int number = 0; number < vcpus.Length; number++)
        {
            config.Vcpus[number] = vcpus[number];
            ref VcpuConfig vcpu = ref State.VcpuConfig(vcpus[number]);
            vcpu.Used = 1;
            vcpu.Partition = partition;
            vcpu.Number = (ulong)number;
            vcpu.Autostart = 1;
            vcpu.Entry = 0x10_0000 + (vcpus[number] << 12);
            vcpu.Context = 0x1000 + vcpus[number];
        }
        return partition;
    }

    /// <summary>A vCPU serves the faults of another, and holds it in a slot.</summary>
    public void Serve(ulong monitor, ulong guest, ulong slot)
    {
        State.VcpuConfig(monitor).Guest = guest;
        State.VcpuConfig(guest).Monitor = monitor;
        Grant(State.VcpuConfig(monitor).Partition, slot, Capability.Pack(Capability.Vcpu, guest, 0));
    }

    public void Grant(ulong partition, ulong slot, ulong capability) => State.Partition(partition).Capabilities[(int)slot] = capability;

    /// <summary>Where a physical interrupt goes.</summary>
    public void Connect(ulong intid, ulong sink) => State.Config.Interrupts[(int)intid] = sink;

    /// <summary>The schedule of a CPU: lengths, masks, fallbacks.</summary>
    public void Slots(ulong cpu, params (ulong Length, ulong Mask, ulong Fallback)[] slots)
    {
        ref CpuConfig config = ref State.CpuConfig(cpu);
        config.SlotCount = (ulong)slots.Length;
        for (int i = 0; i < slots.Length; i++)
            (config.Slots[i].Length, config.Slots[i].Mask, config.Slots[i].Fallback) = slots[i];
    }

    /// <summary>A vCPU that isn't started at boot.</summary>
    public void KeepOff(ulong index) => State.VcpuConfig(index).Autostart = 0;

    /// <summary>All CPUs boot.</summary>
    public Rig Boot()
    {
        for (ulong cpu = 0; cpu < (ulong)_running.Length; cpu++)
            Boot(cpu);
        return this;
    }

    /// <summary>One CPU boots, the first before the others.</summary>
    public void Boot(ulong cpu) => Enter(cpu, () => Kernel.Boot.Start(cpu));

    /// <summary>vCPU that runs on a CPU, <see cref="Limits.NoVcpu"/> while it sleeps.</summary>
    public ulong Running(ulong cpu = 0) => _running[cpu];

    /// <summary>The running vCPU takes an exception that is no abort.</summary>
    public void Exception(ulong cpu, ulong ec, ulong syndrome = 0) => Trap(cpu, ExceptionTrap, (ec << 26) | (1 << 25) | syndrome);

    /// <summary>The running vCPU takes an abort at stage 2.</summary>
    public void Abort(ulong cpu, ulong ec, ulong syndrome, ulong far, ulong ipa)
    {
        Core core = Hardware.Cores[cpu];
        core.Far = far;
        core.Hpfar = ipa >> 12 << 4;
        Exception(cpu, ec, syndrome);
    }

    /// <summary>The running vCPU is hit by an SError.</summary>
    public void SError(ulong cpu, ulong syndrome) => Trap(cpu, SErrorTrap, (0x2fUL << 26) | (1 << 25) | syndrome);

    /// <summary>The running vCPU makes one of Redoubt's calls, x1 and up given; returns its x0.</summary>
    public ulong Call(ulong cpu, ulong number, params ulong[] arguments) => Invoke(cpu, unchecked(Abi.Call.Base + number), arguments);

    /// <summary>The same for any function identifier.</summary>
    public ulong Invoke(ulong cpu, ulong function, params ulong[] arguments)
    {
        ref VcpuState vcpu = ref State.Vcpu(Running(cpu));
        bool service = (State.PartitionOf(Running(cpu)).Flags & PartitionFlags.Service) != 0;
        vcpu.X[0] = function;
        for (int i = 0; i < arguments.Length; i++)
            vcpu.X[i + 1] = arguments[i];
        Exception(cpu, service ? ExceptionClass.Svc64 : ExceptionClass.Hvc64);
        return vcpu.X[0];
    }

    /// <summary>The running vCPU waits for an event or fault.</summary>
    public void Wait(ulong cpu = 0, ulong deadline = ~0UL) => Call(cpu, Abi.Call.Wait, deadline);

    /// <summary>The running guest executes WFI.</summary>
    public void WaitForInterrupt(ulong cpu = 0) => Exception(cpu, ExceptionClass.WaitFor);

    /// <summary>Takes all interrupts that are signalled to a CPU.</summary>
    public void Settle(ulong cpu = 0)
    {
        for (int taken = 0; Hardware.Signals(Hardware.Cores[cpu]); taken++)
        {
            Assert.True(taken < StormLimit, "interrupts without end");
            TakeInterrupt(cpu);
        }
    }

    /// <summary>Takes all interrupts of all CPUs.</summary>
    public void SettleAll()
    {
        for (ulong cpu = 0; Array.Exists(Hardware.Cores, Hardware.Signals); cpu = (cpu + 1) % (ulong)_running.Length)
            Settle(cpu);
    }

    /// <summary>Takes one interrupt.</summary>
    public void TakeInterrupt(ulong cpu = 0)
    {
        if (Running(cpu) == Limits.NoVcpu)
            Enter(cpu, () => Kernel.Trap.Awake(cpu));
        else
            Trap(cpu, InterruptTrap, State.Vcpu(Running(cpu)).Esr.Value);
    }

    /// <summary>Time passes, and its interrupts are taken.</summary>
    public void Pass(ulong ticks)
    {
        Hardware.Counter += ticks;
        SettleAll();
    }

    /// <summary>A time slot of that length passes.</summary>
    public void PassSlot(ulong length) => Pass((length * Hardware.Frequency) >> 20);

    private void Trap(ulong cpu, ulong kind, ulong syndrome)
    {
        Assert.NotEqual(Limits.NoVcpu, Running(cpu));
        Enter(cpu, () =>
        {
            ref VcpuState vcpu = ref State.Vcpu(Running(cpu));
            vcpu.Esr = new Esr(syndrome);
            return Kernel.Trap.Take(ref vcpu, kind);
        });
    }

    private void Enter(ulong cpu, Func<ulong> entry)
    {
        Hardware.Executing = Hardware.Cores[cpu];
        ulong address = Kernel.Trap.Schedule(entry());
        _running[cpu] = address == 0 ? Limits.NoVcpu : State.IndexOf(ref Vcpu(address));
        Invariants.Check(Hardware.Cores[cpu], Running(cpu));
    }

    private static unsafe ref VcpuState Vcpu(ulong address) => ref *(VcpuState*)address;
}
