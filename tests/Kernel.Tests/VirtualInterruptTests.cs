using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Cases of virtual interrupts that deserve a name; the property test has the rest.</summary>
public class VirtualInterruptTests
{
    private const int Intid = 45;
    private const ulong Bit = 1UL << Intid;

    private readonly Guests _guests = new();

    [Fact]
    public void MoreThanListRegistersHoldArriveOneAfterTheOther()
    {
        Enable(~0UL);
        _guests.Write(0, VirtualField.Pending, ~0UL, 0x3ff);
        ulong?[] handled = [.. Enumerable.Range(0, 10).Select(_ => Handle())];
        Assert.Equal(Enumerable.Range(0, 10).Select(intid => (ulong?)intid), handled.Order());
        Assert.Null(Handle());
    }

    [Fact]
    public void ADisabledInterruptStaysPending()
    {
        _guests.Notify(0);
        Assert.Null(Handle());
        Enable(Bit);
        Assert.Equal((ulong)Intid, Handle());
        Assert.Null(Handle());
    }

    [Fact]
    public void AnAnnouncedInterruptThatIsDisabledIsWithdrawn()
    {
        Enable(Bit);
        _guests.Notify(0);
        _guests.Write(0, VirtualField.Enabled, Bit, 0);
        Assert.Null(Handle());
        Enable(Bit);
        Assert.Equal((ulong)Intid, Handle());
    }

    [Fact]
    public void ALineInterruptsUntilItFalls()
    {
        Enable(Bit);
        _guests.Write(0, VirtualField.Line, Bit, Bit);
        Assert.Equal((ulong)Intid, Handle());
        Assert.Equal((ulong)Intid, Handle());
        _guests.Write(0, VirtualField.Line, Bit, 0);
        Assert.Null(Handle());
    }

    [Fact]
    public void ALatchOutlivesTheLine()
    {
        Enable(Bit);
        _guests.Write(0, VirtualField.Line, Bit, Bit);
        _guests.Write(0, VirtualField.Pending, Bit, Bit);
        _guests.Write(0, VirtualField.Line, Bit, 0);
        Assert.Equal((ulong)Intid, Handle());
        Assert.Null(Handle());
    }

    [Fact]
    public void ALineThatRisesAfterTheLatchInterruptsAgain()
    {
        Enable(Bit);
        _guests.Write(0, VirtualField.Pending, Bit, Bit);
        _guests.Acknowledge(0);
        _guests.Write(0, VirtualField.Line, Bit, Bit);
        _guests.End(0);
        _guests.Check();
        Assert.Equal((ulong)Intid, Handle());
    }

    [Fact]
    public void AnInterruptThatArrivesWhileItIsHandledComesAgain()
    {
        Enable(Bit);
        _guests.Notify(0);
        _guests.Acknowledge(0);
        _guests.Notify(0);
        _guests.Notify(0);
        _guests.End(0);
        _guests.Check();
        Assert.Equal((ulong)Intid, Handle());
        Assert.Null(Handle());
    }

    [Fact]
    public void AHigherPriorityInterruptsAHandler()
    {
        Enable(~0UL);
        _guests.SetPriority(0, 5, 0x20);
        _guests.Write(0, VirtualField.Pending, ~0UL, 1UL << 40 | 1UL << 48);
        _guests.Acknowledge(0);
        _guests.SendToItself(0, 5);
        _guests.Check();
        _guests.Acknowledge(0);
        Assert.Equal([5UL, 48], _guests.Expected(0).Handled.ToArray());
    }

    [Fact]
    public void TheLineOfALinkedInterruptCannotBeSet()
    {
        _guests.Write(0, VirtualField.Line, ~0UL, 1UL << Guests.TimerIntid);
        _guests.Check();
        Enable(1UL << Guests.TimerIntid);
        Assert.Null(Handle());
    }

    /// <summary>Pending and active is a state that a linked list register must not have (IHI0069, 12.4.9).</summary>
    [Fact]
    public void ALinkedInterruptThatIsHandledCannotBePendedToo()
    {
        const ulong Slot = 6, TimerBit = 1UL << Guests.TimerIntid;
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, Slot, Capability.Pack(Capability.Virtual, Rigs.Guest, Guests.TimerIntid));
        rig.Boot();
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, TimerBit, TimerBit);
        rig.Wait();
        rig.Wait();
        Core core = rig.Hardware.Cores[0];
        core.Virtual.LetThrough();
        core.SetTimer(1, 0);
        rig.Settle();
        Assert.Equal((ulong)Guests.TimerIntid, core.Virtual.Acknowledge());
        rig.CallMonitor();
        rig.Call(0, Call.Notify, Slot);
        Assert.False(Array.Exists(core.Virtual.Lists, list => list.IsPending));
        Assert.Equal(TimerBit, State.Vcpu(Rigs.Guest).Pending);
    }

    [Fact]
    public void DeactivatingATimerLeavesTheResidentGuestsAlone()
    {
        for (int who = 0; who < 2; who++)
        {
            _guests.Write(who, VirtualField.Enabled, ~0UL, 1UL << Guests.TimerIntid);
            _guests.SetTimer(who, 1, -1);
            _guests.Check();
            _guests.Acknowledge(who);
            _guests.Check();
            if (who == 0)
                _guests.PassSlot();
            _guests.Check();
        }
        Assert.True(_guests.Runs(1));
        _guests.Write(0, VirtualField.Active, 1UL << Guests.TimerIntid, 0);
        _guests.Check();
        Assert.Equal(1UL << Guests.TimerIntid, _guests.Expected(1).Active);
    }

    private void Enable(ulong mask) => _guests.Write(0, VirtualField.Enabled, mask, mask);

    /// <summary>The guest takes an interrupt and ends it; which one it was, or nothing.</summary>
    private ulong? Handle()
    {
        _guests.Check();
        Assert.True(_guests.Runs(0));
        _guests.Acknowledge(0);
        ulong? intid = _guests.Expected(0).Handled.TryPeek(out ulong top) ? top : null;
        _guests.End(0);
        _guests.Check();
        return intid;
    }
}
