namespace Redoubt.Kernel.Tests;

/// <summary>Waiting and waking, whichever comes first.</summary>
public class WaitTests
{
    private const ulong ServiceEvent = 1UL << 7;

    [Fact]
    public void AnEventBeforeTheWaitIsReturnedAtOnce()
    {
        Rig rig = Rigs.Unbooted().Boot();
        rig.Call(0, Call.Notify, Rigs.ServiceEvent);
        rig.Wait();
        Assert.Equal(Rigs.Service, rig.Running());
        rig.Wait();
        Assert.Equal(Rigs.Service, rig.Running());
        Assert.Equal([Status.Ok, ServiceEvent, FaultKind.None], Rigs.Registers(Rigs.Service, 0, 3));
        rig.Wait();
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Service).Lifecycle);
    }

    [Fact]
    public void AnEventEndsTheWait()
    {
        Rig rig = Rigs.Family();
        rig.CallMonitor();
        rig.Call(0, Call.Notify, Rigs.ServiceEvent);
        Assert.Equal(Rigs.Monitor, rig.Running());
        rig.Wait();
        Assert.Equal(Rigs.Service, rig.Running());
        Assert.Equal([Status.Ok, ServiceEvent, FaultKind.None], Rigs.Registers(Rigs.Service, 0, 3));
    }

    [Fact]
    public void EventsAddUpAndComeOnce()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Event, Rigs.Service, 63));
        rig.Boot();
        rig.Call(0, Call.Notify, Rigs.ServiceEvent);
        rig.Call(0, Call.Notify, 6);
        rig.Call(0, Call.Notify, 6);
        rig.Wait();
        rig.Wait();
        Assert.Equal(ServiceEvent | (1UL << 63), State.Vcpu(Rigs.Service).X[1]);
        rig.Wait(0, 0);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Service).Lifecycle);
    }

    [Fact]
    public void AnEventWhileTheMonitorIsBusyWaitsForIt()
    {
        Rig rig = Rigs.Family();
        rig.CallMonitor();
        rig.CallMonitor();
        Assert.Equal(Rigs.Monitor, rig.Running());
        rig.Wait();
        Assert.Equal(1UL << Rigs.DeviceBit, State.Vcpu(Rigs.Monitor).X[1]);
        rig.Wait();
        Assert.Equal(Rigs.Guest, rig.Running());
    }

    [Fact]
    public void ADeadlineEndsTheWait()
    {
        Rig rig = Rigs.Unbooted().Boot();
        rig.Wait(0, rig.Hardware.Counter + 100);
        Assert.Equal(Rigs.Service, rig.Running());
        rig.Pass(99);
        Assert.Equal(Rigs.Service, rig.Running());
        rig.Pass(1);
        Assert.Equal(Rigs.Monitor, rig.Running());
        Assert.Equal([Status.Ok, 0, FaultKind.None], Rigs.Registers(Rigs.Monitor, 0, 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    public void ADeadlineInThePastEndsTheWaitAtOnce(ulong deadline)
    {
        Rig rig = Rigs.Unbooted().Boot();
        rig.Wait(0, deadline);
        rig.Settle();
        Assert.Equal(Rigs.Monitor, rig.Running());
    }

    [Fact]
    public void WithoutADeadlineNothingIsEverDue()
    {
        Rig rig = Rigs.Family();
        rig.WaitForInterrupt();
        rig.WaitForInterrupt();
        Assert.Equal(Limits.NoVcpu, rig.Running());
        Assert.Null(rig.Hardware.Cores[0].Alarm);
        rig.Pass(1UL << 62);
        Assert.Equal(Limits.NoVcpu, rig.Running());
    }

    [Fact]
    public void TheEarliestOfSeveralDeadlinesComesFirst()
    {
        Rig rig = Rigs.Unbooted().Boot();
        ulong start = rig.Hardware.Counter;
        rig.Wait(0, start + 200);
        rig.Wait(0, start + 100);
        rig.Pass(100);
        Assert.Equal(Rigs.Service, rig.Running());
        rig.Pass(100);
        Assert.Equal(Rigs.Monitor, rig.Running());
    }

    [Fact]
    public void AnEventBeforeTheDeadlineLeavesNoDeadlineBehind()
    {
        Rig rig = Rigs.Unbooted().Boot();
        rig.Wait(0, rig.Hardware.Counter + 100);
        rig.CallMonitor();
        rig.Wait();
        rig.Pass(200);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Monitor).Lifecycle);
    }

    [Fact]
    public void AGuestsWaitEndsByAnInterruptToo()
    {
        Rig rig = Rigs.Family();
        rig.CallMonitor();
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, 1UL << 45, ~0UL);
        rig.Wait();
        rig.Call(0, Call.Wait, ~0UL);
        Assert.Equal(Rigs.Lone, rig.Running());
        rig.CallMonitor();
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        rig.Wait();
        Assert.Equal(Rigs.Guest, rig.Running());
        Assert.Equal([Status.Ok, 0, FaultKind.None], Rigs.Registers(Rigs.Guest, 0, 3));
    }

    [Fact]
    public void AGuestsDeadlineHoldsWhileAnotherIsResident()
    {
        Rig rig = Rigs.Family();
        rig.Call(0, Call.Wait, rig.Hardware.Counter + 100);
        Assert.Equal(Rigs.Lone, State.Cpu(0).Resident);
        rig.Pass(99);
        Assert.Equal(Rigs.Lone, rig.Running());
        rig.Pass(1);
        Assert.Equal(Rigs.Guest, rig.Running());
        Assert.Equal([Status.Ok, 0, FaultKind.None], Rigs.Registers(Rigs.Guest, 0, 3));
    }

    [Fact]
    public void ADeadlineOfAnEarlierWaitDoesNotEndAWfi()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Event, Rigs.Guest, 3));
        rig.Slots(0, (0, 0b0111, 0));
        rig.Boot();
        rig.Wait();
        rig.Wait();
        rig.Call(0, Call.Wait, rig.Hardware.Counter + 100);
        rig.CallMonitor();
        rig.Call(0, Call.Notify, 6);
        rig.Wait();
        rig.WaitForInterrupt();
        rig.Pass(200);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void WfiReturnsAfterTheInstruction()
    {
        Rig rig = Rigs.Family();
        State.Vcpu(Rigs.Guest).Pc = 0x8000;
        rig.WaitForInterrupt();
        Assert.Equal(0x8004UL, State.Vcpu(Rigs.Guest).Pc);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void ADisabledInterruptDoesNotWake()
    {
        Rig rig = Rigs.Family();
        rig.WaitForInterrupt();
        rig.CallMonitor();
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Guest).Lifecycle);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, 1UL << 45, ~0UL);
        Assert.Equal(Lifecycle.Ready, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void AnEventDoesNotEndAWfi()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Event, Rigs.Guest, 3));
        rig.Boot();
        rig.Wait();
        rig.Wait();
        rig.WaitForInterrupt();
        rig.CallMonitor();
        rig.Call(0, Call.Notify, 6);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Guest).Lifecycle);
        Assert.Equal(8UL, State.Vcpu(Rigs.Guest).Events);
    }
}
