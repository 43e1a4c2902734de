using CsCheck;

namespace Redoubt.Kernel.Tests;

/// <summary>Time slots, ranks, what is left of a slot, and who is charged.</summary>
public class SchedulerTests
{
    private const ulong Length = 1000;

    [Fact]
    public void TheLowestReadyRankRuns()
    {
        Rig rig = Guests(4, (0, Rig.All, 0));
        for (ulong index = 0; index < 4; index++)
        {
            Assert.Equal(index, rig.Running());
            rig.WaitForInterrupt();
        }
        Assert.Equal(Limits.NoVcpu, rig.Running());
    }

    [Fact]
    public void SlotsFollowEachOtherInACircle()
    {
        Rig rig = Guests(3, (Length, 0b001, 0), (Length, 0b010, 0), (Length, 0b100, 0));
        for (ulong turn = 0; turn < 9; turn++)
        {
            Assert.Equal(turn % 3, rig.Running());
            rig.PassSlot(Length);
        }
    }

    [Fact]
    public void AStrictSlotStaysUnused()
    {
        Rig rig = Guests(2, (Length, 0b01, 0), (Length, 0b10, 0));
        rig.WaitForInterrupt();
        Assert.Equal(Limits.NoVcpu, rig.Running());
        rig.PassSlot(Length);
        Assert.Equal(1UL, rig.Running());
    }

    [Fact]
    public void WhatIsLeftGoesToTheFallbackUntilTheOwnerIsReady()
    {
        Rig rig = Guests(2, (Length, 0b01, Rig.All), (Length, 0b10, Rig.All));
        EnableTimer(rig, 0);
        rig.Hardware.Cores[0].SetTimer(1, rig.Hardware.Counter + 100);
        rig.WaitForInterrupt();
        Assert.Equal(1UL, rig.Running());
        rig.Pass(100);
        Assert.Equal(0UL, rig.Running());
    }

    [Fact]
    public void InASlotItsOwnRanksComeBeforeLowerOnesOfTheFallback()
    {
        Rig rig = Guests(2, (Length, 0b10, Rig.All));
        Assert.Equal(1UL, rig.Running());
    }

    [Fact]
    public void AWokenVcpuOfLowerRankTakesOver()
    {
        Rig rig = Rigs.Family();
        rig.Hardware.SetLine(Rigs.DeviceInterrupt, true);
        rig.Settle();
        Assert.Equal(Rigs.Monitor, rig.Running());
    }

    /// <summary>A timer that is late shortens the next slot, so that the schedule keeps its pace.</summary>
    [Fact]
    public void ALateTimerKeepsThePace()
    {
        Rig rig = Guests(2, (Length, 0b01, 0), (Length, 0b10, 0));
        ulong ticks = Length * Model.Hardware.Frequency >> 20;
        rig.Pass(ticks + (ticks / 2));
        Assert.Equal(1UL, rig.Running());
        rig.Pass((ticks / 2) - 1);
        Assert.Equal(1UL, rig.Running());
        rig.Pass(1);
        Assert.Equal(0UL, rig.Running());
    }

    [Fact]
    public void AfterMoreThanASlotTheScheduleStartsAnew()
    {
        Rig rig = Guests(2, (Length, 0b01, 0), (Length, 0b10, 0));
        ulong ticks = Length * Model.Hardware.Frequency >> 20;
        rig.Pass(10 * ticks);
        Assert.Equal(1UL, rig.Running());
        rig.Pass(ticks - 1);
        Assert.Equal(1UL, rig.Running());
        rig.Pass(1);
        Assert.Equal(0UL, rig.Running());
    }

    /// <summary>vCPUs that spin get exactly their share, however often they are interrupted.</summary>
    [Fact]
    public void SpinningGuestsGetTheirShare() => Gen.Select(Gen.ULong[1, 20].Array[2, 16], Gen.Int[0, 1000]).Sample((lengths, seed) =>
    {
        (ulong, ulong, ulong)[] slots = [.. lengths.Select((length, i) => (length * Length, 1UL << i, Rig.All))];
        Rig rig = Guests(lengths.Length, slots);
        Random random = new(seed);
        ulong[] ticks = [.. lengths.Select(length => length * Length * Model.Hardware.Frequency >> 20)];
        ulong round = (ulong)ticks.Sum(tick => (long)tick);
        ulong start = rig.Hardware.Counter, end = start + (20 * round);
        while (rig.Hardware.Counter < end)
        {
            ulong next = Math.Min(Math.Min(end, State.Cpu(0).SlotEnd), rig.Hardware.Counter + (ulong)random.Next(1, 200_000));
            rig.Pass(next - rig.Hardware.Counter);
        }
        Scheduler.Charge(ref State.Cpu(0));
        for (int i = 0; i < lengths.Length; i++)
            Assert.Equal(20 * ticks[i], Runtime((ulong)i));
    }, iter: 50, threads: 1);

    /// <summary>A guest that waits and wakes all the time takes nothing from the others' slots.</summary>
    [Fact]
    public void AGuestThatWakesOftenKeepsToItsSlot()
    {
        Rig rig = Guests(2, (Length, 0b01, 0), (Length, 0b10, 0));
        EnableTimer(rig, 0);
        ulong start = rig.Hardware.Counter;
        ulong round = 2 * (Length * Model.Hardware.Frequency >> 20);
        while (rig.Hardware.Counter < start + (50 * round))
        {
            if (rig.Running() == 0)
            {
                rig.Hardware.Cores[0].SetTimer(1, rig.Hardware.Counter + 10);
                rig.WaitForInterrupt();
            }
            rig.Pass(Math.Min(500, State.Cpu(0).SlotEnd - rig.Hardware.Counter));
        }
        Scheduler.Charge(ref State.Cpu(0));
        Assert.Equal(50 * round / 2, Runtime(1));
        Assert.InRange(Runtime(0), 0UL, 50 * round / 2);
    }

    [Fact]
    public void TimeIsChargedToWhoRanAndToNobodyWhileIdle()
    {
        Rig rig = Guests(2, (0, Rig.All, 0));
        rig.Hardware.Counter += 100;
        rig.WaitForInterrupt();
        rig.Hardware.Counter += 30;
        rig.WaitForInterrupt();
        rig.Hardware.Counter += 7;
        Scheduler.Charge(ref State.Cpu(0));
        Assert.Equal((100UL, 30UL), (Runtime(0), Runtime(1)));
    }

    [Fact]
    public void AccountTellsTheCallersOwnTimeUpToNow()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Account, Rigs.Monitor, 0));
        rig.Boot();
        rig.Hardware.Counter += 55;
        Assert.Equal(Status.Ok, rig.Call(0, Call.Account, 6, AccountItem.Runtime));
        Assert.Equal(55UL, State.Vcpu(Rigs.Monitor).X[1]);
        Assert.Equal(Status.Ok, rig.Call(0, Call.Account, 6, AccountItem.Calls));
        Assert.Equal(2UL, State.Vcpu(Rigs.Monitor).X[1]);
        Assert.Equal(Status.Ok, rig.Call(0, Call.Account, Rigs.ServiceAccount, AccountItem.State));
        Assert.Equal(Lifecycle.Ready, State.Vcpu(Rigs.Monitor).X[1]);
    }

    private static ulong Runtime(ulong index) => State.Vcpu(index).Account[(int)AccountItem.Runtime];

    private static void EnableTimer(Rig rig, ulong index)
    {
        Model.Hardware.Executing = rig.Hardware.Cores[0];
        VirtualInterrupts.Write(ref State.Cpu(0), ref State.Vcpu(index), index, VirtualField.Enabled, 1UL << 27, ~0UL);
    }

    private static Rig Guests(int count, params (ulong, ulong, ulong)[] slots)
    {
        Rig rig = new();
        for (int index = 0; index < count; index++)
            rig.Add(0, (ulong)index);
        rig.Slots(0, slots);
        return rig.Boot();
    }
}
