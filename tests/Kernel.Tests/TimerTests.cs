using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>The virtual timer: real for the resident guest, a deadline for the others.</summary>
public class TimerTests
{
    private const ulong TimerBit = 1UL << 27, A = 0, B = 1;

    [Fact]
    public void TheResidentGuestsTimerInterruptsIt()
    {
        Rig rig = Start();
        Core core = rig.Hardware.Cores[0];
        core.SetTimer(1, rig.Hardware.Counter + 10);
        rig.Pass(10);
        Assert.Equal(27UL, core.Virtual.Acknowledge());
        Assert.NotEqual(0U, core.Active & (uint)TimerBit);
    }

    [Fact]
    public void AMaskedTimerIsQuiet()
    {
        Rig rig = Start();
        rig.Hardware.Cores[0].SetTimer(3, 0);
        rig.WaitForInterrupt();
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(A).Lifecycle);
        rig.Pass(1000);
        rig.PassSlot(1000);
        rig.PassSlot(1000);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(A).Lifecycle);
    }

    [Fact]
    public void TheTimerWakesAGuestThatWaits()
    {
        Rig rig = Start();
        rig.Hardware.Cores[0].SetTimer(1, rig.Hardware.Counter + 10);
        rig.WaitForInterrupt();
        Assert.Equal(B, rig.Running());
        Assert.Equal(B, State.Cpu(0).Resident);
        rig.Pass(10);
        Assert.Equal(A, rig.Running());
        Assert.Equal(27UL, rig.Hardware.Cores[0].Virtual.Highest);
    }

    [Fact]
    public void TheTimerWakesTheResidentGuestOfAnIdleCpu()
    {
        Rig rig = Start();
        rig.WaitForInterrupt();
        rig.Hardware.Cores[0].SetTimer(1, rig.Hardware.Counter + 10);
        rig.WaitForInterrupt();
        Assert.Equal(Limits.NoVcpu, rig.Running());
        rig.Pass(10);
        Assert.Equal(B, rig.Running());
    }

    [Fact]
    public void AnotherGuestsTimerNeverFiresForThisOne()
    {
        Rig rig = Start();
        rig.Hardware.Cores[0].SetTimer(1, rig.Hardware.Counter + 10);
        rig.WaitForInterrupt();
        Assert.Equal(B, rig.Running());
        Assert.False(rig.Hardware.Cores[0].TimerFires);
        rig.Hardware.Counter += 10;
        Assert.Equal(26U, (uint)System.Numerics.BitOperations.TrailingZeroCount(rig.Hardware.Cores[0].Pending));
    }

    [Fact]
    public void TheActiveStateIsKeptAcrossEviction()
    {
        Rig rig = Start();
        Core core = rig.Hardware.Cores[0];
        core.SetTimer(1, rig.Hardware.Counter + 10);
        rig.Pass(10);
        Assert.Equal(27UL, core.Virtual.Acknowledge());
        rig.PassSlot(1000);
        Assert.Equal(B, rig.Running());
        Assert.Equal(0U, core.Active);
        core.SetTimer(1, 0);
        rig.Settle();
        Assert.Equal(27UL, core.Virtual.Highest);
        rig.PassSlot(1000);
        Assert.Equal(A, rig.Running());
        Assert.Equal((uint)TimerBit, core.Active);
        rig.Settle();
        Assert.Equal(VirtualInterface.Nothing, core.Virtual.Highest);
        Assert.Equal(27UL, core.Virtual.End(27));
    }

    [Fact]
    public void ATimerThatNobodyHasIsIgnored()
    {
        Rig rig = Rigs.Unbooted().Boot();
        Assert.Equal(Limits.NoVcpu, State.Cpu(0).Resident);
        rig.Hardware.Cores[0].SetTimer(1, 0);
        rig.TakeInterrupt();
        Assert.Equal(0U, rig.Hardware.Cores[0].Active);
    }

    /// <summary>Two guests that share a CPU half and half; each can use what the other leaves.</summary>
    private static Rig Start()
    {
        Rig rig = new();
        rig.Add(0, A);
        rig.Add(0, B);
        rig.Slots(0, (1000, 0b01, Rig.All), (1000, 0b10, Rig.All));
        rig.Boot();
        Hardware.Executing = rig.Hardware.Cores[0];
        foreach (ulong index in new[] { A, B })
        {
            VirtualInterrupts.Write(ref State.Cpu(0), ref State.Vcpu(index), index, VirtualField.Enabled, TimerBit, TimerBit);
            State.Vcpu(index).Vmcr = (0xffUL << 24) | 2;
        }
        rig.Hardware.Cores[0].Virtual.LetThrough();
        return rig;
    }
}
