using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>
/// Two guests that share a CPU, each with its monitor, and beside each the reference of its virtual interrupts. Each has a device
/// whose interrupt is linked to a virtual one.
/// </summary>
internal sealed class Guests
{
    /// <summary>vCPU of the first monitor and the first guest; those of the second follow.</summary>
    public const ulong Monitor = 0, Guest = 2;

    /// <summary>Virtual INTIDs of the guests' devices, of the virtual timer, of what the other monitor may send.</summary>
    public const int DeviceIntid = 40, TimerIntid = 27, NotifyIntid = 45;

    private const ulong Device = 50, Attention = 60;
    private const ulong GuestSlot = 0, AttentionSlot = 1, NotifySlot = 2;
    private const ulong SlotLength = 5243, TimerBit = 1UL << TimerIntid;

    private readonly Rig _rig = new();
    private readonly ReferenceInterrupts[] _expected = [new(TimerBit | (1UL << DeviceIntid)), new(TimerBit | (1UL << (DeviceIntid + 1)))];

    public Guests()
    {
        for (ulong who = 0; who < 2; who++)
        {
            ulong monitor = _rig.Add(PartitionFlags.Service, Monitor + who);
            _rig.Grant(monitor, AttentionSlot, Capability.Pack(Capability.Interrupt, 0, Attention + who));
            _rig.Grant(monitor, NotifySlot, Capability.Pack(Capability.Virtual, Guest + 1 - who, NotifyIntid));
            _rig.Connect(Attention + who, Capability.Pack(Capability.Event, Monitor + who, 0));
            _rig.Connect(Device + who, Capability.Pack(Capability.Virtual, Guest + who, DeviceIntid + who));
        }
        for (ulong who = 0; who < 2; who++)
        {
            _rig.Add(0, Guest + who);
            _rig.Serve(Monitor + who, Guest + who, GuestSlot);
        }
        _rig.Slots(0, (SlotLength, 0b0111, Rig.All), (SlotLength, 0b1011, Rig.All));
        _rig.Hardware.Taken = Note;
        _rig.Boot();
        _rig.Wait();
        _rig.Wait();
    }

    private Core Core => _rig.Hardware.Cores[0];

    /// <summary>Expected state of a guest.</summary>
    public ReferenceInterrupts Expected(int who) => _expected[who];

    public ulong State(int who) => Vcpu(who).Lifecycle;

    public bool Runs(int who) => _rig.Running() == Guest + (ulong)who;

    /// <summary>A guest's monitor writes a field of its virtual interrupts.</summary>
    public void Write(int who, ulong field, ulong mask, ulong value)
    {
        if (State(who) == Lifecycle.Off)
            return;
        Call(who, Abi.Call.WriteVirtual, GuestSlot, field, mask, value);
        Expected(who).Write(field, mask, value);
        Finish(who);
    }

    public void SetPriority(int who, ulong intid, ulong priority)
    {
        Call(who, Abi.Call.SetPriority, GuestSlot, intid, priority);
        Finish(who);
    }

    /// <summary>A guest is notified by the other's monitor.</summary>
    public void Notify(int who)
    {
        if (State(who) != Lifecycle.Off)
            Expected(who).Latched |= 1UL << NotifyIntid;
        Call(1 - who, Abi.Call.Notify, NotifySlot);
        Finish(1 - who);
    }

    public void SetDevice(int who, bool level) => _rig.Hardware.SetLine(Device + (ulong)who, level);

    /// <summary>Its monitor stops a guest.</summary>
    public void Stop(int who)
    {
        Call(who, Abi.Call.Stop, GuestSlot);
        Expected(who).Reset();
        Finish(who);
    }

    /// <summary>Its monitor starts a guest that is off.</summary>
    public void Start(int who)
    {
        if (State(who) != Lifecycle.Off)
            return;
        Call(who, Abi.Call.Start, GuestSlot, 0x8000, 0);
        Finish(who);
    }

    /// <summary>Its monitor resumes a guest that has faulted.</summary>
    public void Resume(int who, ulong action)
    {
        if (State(who) != Lifecycle.Faulted)
            return;
        Call(who, Abi.Call.Resume, GuestSlot, action);
        Finish(who);
    }

    /// <summary>A guest that runs accesses what isn't there; its monitor takes note and waits again.</summary>
    public void Fault(int who)
    {
        if (!Runs(who))
            return;
        _rig.Abort(0, ExceptionClass.DataAbort, 7, 0x900_0000, 0x900_0000);
        Assert.Equal(Monitor + (ulong)who, _rig.Running());
        Finish(who);
    }

    /// <summary>A guest that runs interrupts itself.</summary>
    public void SendToItself(int who, ulong intid)
    {
        const ulong IccSgi1r = 0x3a_3016;
        if (!Runs(who))
            return;
        Expected(who).Latched |= 1UL << (int)intid;
        Vcpu(who).X[3] = (intid << 24) | 1;
        _rig.Exception(0, ExceptionClass.SystemRegister, IccSgi1r | (3 << 5));
    }

    public void WaitForInterrupt(int who)
    {
        if (Runs(who))
            _rig.WaitForInterrupt();
    }

    public void SetTimer(int who, ulong control, long ahead)
    {
        if (Runs(who))
            Core.SetTimer(control, (ulong)((long)_rig.Hardware.Counter + ahead));
    }

    /// <summary>A guest that runs acknowledges; what it isn't told of isn't deliverable.</summary>
    public void Acknowledge(int who)
    {
        if (!Runs(who))
            return;
        if (Core.Virtual.Vmcr == 0)
            Core.Virtual.LetThrough();
        ulong intid = Core.Virtual.Acknowledge();
        if (intid != VirtualInterface.Nothing)
            Expected(who).Acknowledge(intid);
        else if (Expected(who).Handled.Count == 0)
            Assert.Equal(0UL, Expected(who).Deliverable);
    }

    /// <summary>A guest that runs ends the innermost interrupt that it handles.</summary>
    public void End(int who)
    {
        if (!Runs(who) || !Expected(who).Handled.TryPop(out ulong intid))
            return;
        if (Core.Virtual.End(intid) is { } physical)
            _rig.Hardware.Deactivate(Core, physical);
        Expected(who).End(intid);
    }

    public void Pass(ulong ticks) => _rig.Hardware.Counter += ticks;

    public void PassSlot() => Pass((SlotLength * Hardware.Frequency) >> 20);

    /// <summary>All interrupts are taken; then kernel, hardware and reference agree.</summary>
    public void Check()
    {
        _rig.Settle();
        for (int who = 0; who < 2; who++)
        {
            if (State(who) != Lifecycle.Off)
                Check(who);
        }
    }

    /// <summary>Everything is enabled, the lines fall: a guest gets all that is left, each once.</summary>
    public void Drain(int who)
    {
        SetDevice(who, false);
        Start(who);
        Write(who, VirtualField.Line, ~0UL, 0);
        Write(who, VirtualField.Enabled, ~0UL, ~0UL);
        Resume(who, 0);
        for (int left = 2000; left > 0 && !(State(who) == Lifecycle.Waiting); left--)
        {
            if (!Runs(who))
            {
                PassSlot();
            }
            else
            {
                SetTimer(who, 0, 0);
                End(who);
                Acknowledge(who);
                if (Expected(who).Handled.Count == 0)
                    break;
            }
            Check();
        }
        Assert.Equal(0UL, Expected(who).Deliverable);
        Assert.Equal(0UL, Expected(who).Pending);
    }

    private ref VcpuState Vcpu(int who) => ref Kernel.State.Vcpu(Guest + (ulong)who);

    private void Call(int who, ulong number, params ulong[] arguments)
    {
        _rig.Hardware.SetLine(Attention + (ulong)who, true);
        _rig.Settle();
        _rig.Hardware.SetLine(Attention + (ulong)who, false);
        Assert.Equal(Monitor + (ulong)who, _rig.Running());
        Assert.Equal(Status.Ok, _rig.Call(0, number, arguments));
    }

    private void Finish(int who)
    {
        Assert.Equal(Monitor + (ulong)who, _rig.Running());
        _rig.Call(0, Abi.Call.Acknowledge, AttentionSlot);
        _rig.Wait();
    }

    /// <summary>The kernel takes a physical interrupt.</summary>
    private void Note(ulong intid)
    {
        ulong owner = intid == TimerIntid ? Kernel.State.Cpu(0).Resident : Guest + intid - Device;
        if (intid == TimerIntid || intid == Device || intid == Device + 1)
        {
            int who = (int)(owner - Guest);
            if (State(who) != Lifecycle.Off)
                Expected(who).Latched |= 1UL << (intid == TimerIntid ? TimerIntid : DeviceIntid + who);
        }
    }

    private void Check(int who)
    {
        ReferenceInterrupts expected = Expected(who);
        ref CpuState cpu = ref Kernel.State.Cpu(0);
        ref VcpuState vcpu = ref Vcpu(who);
        ulong index = Guest + (ulong)who;
        for (ulong field = 0; field < VirtualField.Count; field++)
        {
            ulong actual = VirtualInterrupts.Read(ref cpu, ref vcpu, index, field);
            Assert.True(expected.Read(field) == actual, $"guest {who}, field {field}: {actual:x} for {expected.Read(field):x}");
        }
        if (vcpu.Lifecycle == Lifecycle.Waiting)
            Assert.Equal(0UL, expected.Deliverable);

        ulong announced = 0;
        int used = 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            announced |= vcpu.Lists[i].IsPending ? vcpu.Lists[i].Bit : 0;
            used += vcpu.Lists[i].IsFree ? 0 : 1;
        }
        Assert.True((expected.Deliverable & ~announced) == 0 || used > 1, $"guest {who} is not told of {expected.Deliverable & ~announced:x}");

        ulong taken = expected.Latched | expected.Active;
        Assert.Equal((taken >> (DeviceIntid + who)) & 1, _rig.Hardware.IsActive(Device + (ulong)who) ? 1UL : 0);
        Assert.Equal((taken >> TimerIntid) & 1, cpu.Resident == index ? (Core.Active >> TimerIntid) & 1 : vcpu.TimerActive);
    }
}
