using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Start and stop: nothing of a run is left in the next one.</summary>
public class LifecycleTests
{
    private const ulong Entry = 0x8_0000, Argument = 0x4400_0000;

    [Fact]
    public void AStartedGuestFindsResetValuesOnly()
    {
        Rig rig = Rigs.Family();
        Dirty(rig);
        Restart(rig);
        AssertFresh(rig);
    }

    [Fact]
    public void AGuestThatWasEvictedToo()
    {
        Rig rig = Rigs.Family();
        Dirty(rig);
        rig.Exception(0, ExceptionClass.Smc64);
        rig.Wait();
        Assert.Equal(Rigs.Lone, State.Cpu(0).Resident);
        Restart(rig);
        AssertFresh(rig);
    }

    [Fact]
    public void AllVirtualInterruptsAreGoneAfterStop()
    {
        Rig rig = Rigs.Family();
        Dirty(rig);
        rig.CallMonitor();
        Assert.Equal(Status.Ok, rig.Call(0, Call.Stop, Rigs.GuestSlot));
        for (ulong field = 0; field < VirtualField.Count; field++)
        {
            Assert.Equal(Status.Ok, rig.Call(0, Call.ReadVirtual, Rigs.GuestSlot, field));
            Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).X[1]);
        }
    }

    [Fact]
    public void PrioritiesOfThePreviousRunAreForgotten()
    {
        Rig rig = Rigs.Family();
        ListRegister[] before = Templates();
        rig.CallMonitor();
        for (ulong intid = 0; intid < Limits.VirtualInterrupts; intid++)
            rig.Call(0, Call.SetPriority, Rigs.GuestSlot, intid, 0x10);
        rig.Call(0, Call.Stop, Rigs.GuestSlot);
        rig.Call(0, Call.Start, Rigs.GuestSlot, Entry, Argument);
        Assert.Equal(before, Templates());
    }

    [Fact]
    public void AFaultEndsWithStop()
    {
        Rig rig = Rigs.Unbooted();
        rig.Slots(0, (1000, 0b0011, 0), (1000, 0b1100, 0));
        rig.Boot();
        rig.PassSlot(1000);
        rig.Exception(0, ExceptionClass.Smc64);
        rig.PassSlot(1000);
        Assert.Equal(Status.Ok, rig.Call(0, Call.Stop, Rigs.GuestSlot));
        rig.Wait();
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Monitor).Lifecycle);
    }

    [Fact]
    public void AWaitEndsWithStop()
    {
        Rig rig = Rigs.Family();
        rig.Wait(0, rig.Hardware.Counter + 100);
        rig.CallMonitor();
        rig.Call(0, Call.Stop, Rigs.GuestSlot);
        rig.Wait();
        rig.Pass(200);
        Assert.Equal(Lifecycle.Off, State.Vcpu(Rigs.Guest).Lifecycle);
        Assert.Equal(Rigs.Lone, rig.Running());
    }

    [Fact]
    public void WhatIsSentToAVcpuThatIsOffIsDropped()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Event, Rigs.Guest, 3));
        rig.KeepOff(Rigs.Guest);
        rig.Boot();
        rig.Call(0, Call.Notify, 6);
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        rig.Call(0, Call.Start, Rigs.GuestSlot, Entry, Argument);
        Assert.Equal((0UL, 0UL), (State.Vcpu(Rigs.Guest).Events, State.Vcpu(Rigs.Guest).Pending));
    }

    [Fact]
    public void TheSameFromAnotherCpu()
    {
        Rig rig = new(2);
        ulong sender = rig.Add(PartitionFlags.Service, 0);
        rig.Add(0, 16);
        rig.KeepOff(16);
        rig.Grant(sender, 0, Capability.Pack(Capability.Event, 16, 3));
        rig.Grant(sender, 1, Capability.Pack(Capability.Virtual, 16, 3));
        rig.Boot();
        rig.Call(0, Call.Notify, 0);
        rig.Call(0, Call.Notify, 1);
        rig.SettleAll();
        ref VcpuState vcpu = ref State.Vcpu(16);
        Assert.Equal((0UL, 0UL, 0UL, 0UL), (vcpu.Events, vcpu.Pending, vcpu.InboxEvents, vcpu.InboxVirtual));
    }

    [Fact]
    public void MailThatIsOnItsWayIsDroppedByStop()
    {
        Rig rig = new(2);
        ulong sender = rig.Add(PartitionFlags.Service, 0);
        ulong owner = rig.Add(PartitionFlags.Service, 16);
        rig.Add(0, 17);
        rig.Serve(16, 17, 0);
        rig.Grant(sender, 0, Capability.Pack(Capability.Event, 17, 3));
        rig.Grant(sender, 1, Capability.Pack(Capability.Virtual, 17, 3));
        rig.Boot();
        Assert.Equal(1UL, owner);
        rig.Call(0, Call.Notify, 0);
        rig.Call(0, Call.Notify, 1);
        rig.Call(1, Call.Stop, 0);
        rig.Call(1, Call.Start, 0, Entry, Argument);
        rig.SettleAll();
        Assert.Equal((0UL, 0UL), (State.Vcpu(17).Events, State.Vcpu(17).Pending));
    }

    [Fact]
    public void ADevicesInterruptStaysQuietUntilItsGuestStartsAgain()
    {
        Rig rig = Rigs.Unbooted();
        rig.Connect(50, Capability.Pack(Capability.Virtual, Rigs.Guest, 40));
        rig.Boot();
        rig.Hardware.SetLine(50, true);
        rig.Settle();
        Assert.Equal(1UL << 40, State.Vcpu(Rigs.Guest).Pending);
        rig.Call(0, Call.Stop, Rigs.GuestSlot);
        rig.Settle();
        Assert.True(rig.Hardware.IsActive(50));
        rig.Call(0, Call.Start, Rigs.GuestSlot, Entry, Argument);
        rig.Settle();
        Assert.Equal(1UL << 40, State.Vcpu(Rigs.Guest).Pending);
    }

    [Fact]
    public void AVcpuDoesNotStopItself()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(2, 0, Capability.Pack(Capability.Vcpu, Rigs.Guest, 0));
        rig.Boot();
        rig.Wait();
        rig.Wait();
        Assert.Equal(Status.BadState, rig.Call(0, Call.Stop, 0));
        Assert.Equal(Rigs.Guest, rig.Running());
    }

    [Fact]
    public void AGuestStopsAndStartsItsOtherVcpu()
    {
        const ulong Lead = 0, Other = 1;
        Rig rig = new();
        ulong partition = rig.Add(0, Lead, Other);
        rig.Grant(partition, 0, Capability.Pack(Capability.Vcpu, Other, 0));
        rig.Boot();
        Assert.Equal(Status.BadState, rig.Call(0, Call.Start, 0, Entry, Argument));
        Assert.Equal(Status.Ok, rig.Call(0, Call.Stop, 0));
        Assert.Equal(Lifecycle.Off, State.Vcpu(Other).Lifecycle);
        Assert.Equal(Status.Ok, rig.Call(0, Call.Start, 0, Entry, Argument));
        rig.WaitForInterrupt();
        Assert.Equal(Other, rig.Running());
        Assert.Equal((Entry, Argument, 1UL), (State.Vcpu(Other).Pc, State.Vcpu(Other).X[0], State.Vcpu(Other).X[1]));
    }

    [Fact]
    public void StartForgetsTranslations()
    {
        Rig rig = Rigs.Family();
        int before = rig.Hardware.Forgotten;
        Restart(rig);
        Assert.Equal(before + 1, rig.Hardware.Forgotten);
    }

    /// <summary>The guest leaves something in each of its registers and in its interrupts.</summary>
    private static void Dirty(Rig rig)
    {
        rig.CallMonitor();
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, ~0UL, ~0UL);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Pending, ~0UL, 0xff);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Line, ~0UL, 0xff00_0000_0000_0000);
        rig.Wait();
        Assert.Equal(Rigs.Guest, rig.Running());
        Core core = rig.Hardware.Cores[0];
        Array.Fill(core.System, 0xdddd_dddd_dddd_ddddUL);
        core.SetTimer(1, 0);
        Array.Fill(core.Vectors, 0xeeee_eeee_eeee_eeeeUL);
        (core.Fpcr, core.Fpsr) = (1, 2);
        core.Virtual.LetThrough();
        core.Virtual.Acknowledge();
        rig.Settle();
        ref VcpuState guest = ref State.Vcpu(Rigs.Guest);
        for (int i = 0; i < 31; i++)
            guest.X[i] = 0xcccc;
        (guest.Pc, guest.Pstate) = (0xcccc, 0x4000_0005);
    }

    private static void Restart(Rig rig)
    {
        rig.CallMonitor();
        Assert.Equal(Status.Ok, rig.Call(0, Call.Stop, Rigs.GuestSlot));
        Assert.Equal(Status.Ok, rig.Call(0, Call.Start, Rigs.GuestSlot, Entry, Argument));
        rig.Wait();
    }

    private static void AssertFresh(Rig rig)
    {
        rig.Settle();
        Assert.Equal(Rigs.Guest, rig.Running());
        Core core = rig.Hardware.Cores[0];
        ulong[] system = new ulong[25];
        system[Register.SctlrEl1 - Register.System] = ControlRegisters.GuestSctlr;
        ulong[] general = new ulong[31];
        general[0] = Argument;
        Assert.Equal(general, Rigs.Registers(Rigs.Guest, 0, 31));
        Assert.Equal((Entry, 0x3c5UL), (State.Vcpu(Rigs.Guest).Pc, State.Vcpu(Rigs.Guest).Pstate));
        Assert.Equal(system, core.System[..25]);
        Assert.All(core.Vectors, value => Assert.Equal(0UL, value));
        Assert.Equal((0UL, 0UL), (core.Fpcr, core.Fpsr));
        Assert.All(core.Virtual.Lists, list => Assert.Equal(0UL, list.Value));
        Assert.Equal((0UL, 0UL, 0UL, 1UL), (core.Virtual.Vmcr, core.Virtual.ActivePriorities0, core.Virtual.ActivePriorities1, core.Virtual.Hcr));
        Assert.Equal(0U, core.Active);
    }

    private static ListRegister[] Templates() =>
        [.. Enumerable.Range(0, Limits.VirtualInterrupts).Select(intid => State.Vcpu(Rigs.Guest).Templates[intid])];
}
