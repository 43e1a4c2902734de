using CsCheck;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>What a monitor is told of its guest's faults, and how the guest goes on.</summary>
public class FaultTests
{
    private const ulong Il = 1 << 25, Far = 0xffff_0000_1234_5678, Ipa = 0x12_3456_7678, Pc = 0x8_0000;

    // Data abort: ISV, SRT = x5, translation fault of level 3
    private const ulong Load = (1 << 24) | (5 << 16) | 7, NoRegister = (1 << 24) | (31 << 16) | 7;

    [Fact]
    public void ADataAbortTellsAddressRegisterAndPc()
    {
        Rig rig = Start();
        rig.Abort(0, ExceptionClass.DataAbort, Load, Far, Ipa);
        Assert.Equal(Message(FaultKind.Data, Syndrome(ExceptionClass.DataAbort, Load), Ipa), Told(3));
        Assert.Equal(105UL, State.Vcpu(Rigs.Monitor).X[5]);
        Assert.Equal(Pc, State.Vcpu(Rigs.Monitor).X[9]);
        Assert.Equal(Lifecycle.Faulted, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void AStoreOfTheZeroRegisterIsZero()
    {
        Rig rig = Start();
        rig.Abort(0, ExceptionClass.DataAbort, NoRegister, Far, Ipa);
        Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).X[5]);
    }

    [Fact]
    public void AnInstructionAbortTellsItsAddress()
    {
        Rig rig = Start();
        rig.Abort(0, ExceptionClass.InstructionAbort, 7, Far, Ipa);
        Assert.Equal(Message(FaultKind.Instruction, Syndrome(ExceptionClass.InstructionAbort, 7), Ipa), Told(3));
    }

    [Fact]
    public void APermissionFaultHasNoAddressUnlessOnATableWalk()
    {
        Rig rig = Start();
        rig.Abort(0, ExceptionClass.DataAbort, 0xf, Far, Ipa);
        Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).X[4]);
        rig.Call(0, Call.Resume, Rigs.GuestSlot, 0);
        rig.Wait();
        rig.Abort(0, ExceptionClass.DataAbort, 0x8f, Far, Ipa);
        Assert.Equal(Ipa, State.Vcpu(Rigs.Monitor).X[4]);
    }

    [Theory]
    [InlineData(ExceptionClass.Hvc64)]
    [InlineData(ExceptionClass.Smc64)]
    public void ACallOfTheGuestTellsItsArguments(ulong ec)
    {
        Rig rig = Start();
        for (int i = 0; i < 4; i++)
            State.Vcpu(Rigs.Guest).X[i] = 0x8400_0000 + (ulong)i;
        rig.Exception(0, ec);
        Assert.Equal(Message(FaultKind.Call, Syndrome(ec, 0), 0), Told(3));
        Assert.Equal([0x8400_0000UL, 0x8400_0001, 0x8400_0002, 0x8400_0003, Pc], Rigs.Registers(Rigs.Monitor, 5, 5));
    }

    [Fact]
    public void EveryOtherExceptionIsTold()
    {
        for (ulong ec = 0; ec < 64; ec++)
        {
            if (ec is ExceptionClass.Svc64 or ExceptionClass.Hvc64 or ExceptionClass.Smc64 or ExceptionClass.SystemRegister or ExceptionClass.WaitFor
                or ExceptionClass.DataAbort or ExceptionClass.InstructionAbort)
                continue;
            Rig rig = Start();
            rig.Exception(0, ec, 0x1_2345);
            Assert.Equal(Message(FaultKind.Other, Syndrome(ec, 0x1_2345), 0), Told(3));
        }
    }

    [Fact]
    public void AnSErrorIsTold()
    {
        Rig rig = Start();
        rig.SError(0, 0x11);
        Assert.Equal([FaultKind.SError, Syndrome(0x2f, 0x11)], Told(2));
    }

    /// <summary>FAR_EL2 and HPFAR_EL2 keep the values of the last abort, whoever had it.</summary>
    [Fact]
    public void AnotherGuestsAddressIsNeverTold()
    {
        Rig rig = Start();
        rig.WaitForInterrupt();
        rig.Abort(0, ExceptionClass.DataAbort, Load, Far, Ipa);
        rig.CallMonitor();
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, ~0UL, ~0UL);
        rig.Wait();
        Assert.Equal(Rigs.Guest, rig.Running());
        rig.Exception(0, ExceptionClass.SystemRegister, 0x33_0000);
        Assert.Equal(0UL, rig.Hardware.Cores[0].System[Register.FarEl1 - Register.System]);
        rig.Exception(0, ExceptionClass.Smc64);
        Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).X[4]);
    }

    [Fact]
    public void AFaultIsToldOnce()
    {
        Rig rig = Start();
        rig.Abort(0, ExceptionClass.DataAbort, Load, Far, Ipa);
        rig.Wait(0, 0);
        rig.Settle();
        Assert.Equal([Status.Ok, 0, FaultKind.None], Rigs.Registers(Rigs.Monitor, 0, 3));
    }

    [Fact]
    public void AFaultBeforeTheWaitIsToldByTheWait()
    {
        Rig rig = Rigs.Unbooted();
        rig.Slots(0, (1000, 0b0011, 0), (1000, 0b1100, 0));
        rig.Boot();
        Assert.Equal(Rigs.Monitor, rig.Running());
        rig.PassSlot(1000);
        Assert.Equal(Rigs.Guest, rig.Running());
        rig.Exception(0, ExceptionClass.Smc64);
        Assert.Equal(FaultKind.Call, State.Vcpu(Rigs.Guest).Fault);
        rig.PassSlot(1000);
        Assert.Equal(Rigs.Monitor, rig.Running());
        rig.Wait();
        Assert.Equal(Rigs.Monitor, rig.Running());
        Assert.Equal(FaultKind.Call, State.Vcpu(Rigs.Monitor).X[2]);
    }

    [Fact]
    public void EventsComeWithTheFault()
    {
        Rig rig = Start();
        State.Vcpu(Rigs.Monitor).Events = 0x30;
        rig.Exception(0, ExceptionClass.Smc64);
        Assert.Equal([Status.Ok, 0x30, FaultKind.Call], Rigs.Registers(Rigs.Monitor, 0, 3));
        Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).Events);
    }

    /// <summary>Every combination of actions does what its bits say, one by one.</summary>
    [Fact]
    public void ResumeDoesWhatItsActionsSay() =>
        Gen.Select(Gen.ULong[0, 15], Gen.Bool, Gen.Bool, Gen.ULong[0, 31], Gen.Bool).Sample((actions, suspend, wait, register, wide) =>
        {
            Rig rig = Start();
            ulong syndrome = (1 << 24) | (register << 16) | 7;
            rig.Abort(0, ExceptionClass.DataAbort, syndrome, Far, Ipa);
            State.Vcpu(Rigs.Guest).Esr = new Esr(Syndrome(ExceptionClass.DataAbort, syndrome) & (wide ? ~0UL : ~Il));
            ulong all = actions | (suspend ? ResumeAction.Suspend : 0) | (wait ? ResumeAction.Wait : 0);
            ulong[] expected = Rigs.Registers(Rigs.Guest, 0, 31);
            if ((actions & ResumeAction.Load) != 0 && register != 31)
                expected[register] = 0xa0;
            if ((actions & ResumeAction.Result) != 0)
                (expected[0], expected[1], expected[2], expected[3]) = (0xa0, 0xa1, 0xa2, 0xa3);
            ulong after = (actions & ResumeAction.Advance) != 0 ? Pc + (wide ? 4UL : 2) : Pc;

            ulong status = rig.Call(0, Call.Resume, Rigs.GuestSlot, all, 0xa0, 0xa1, 0xa2, 0xa3, ~0UL);

            Assert.Equal(Status.Ok, status);
            ref VcpuState guest = ref State.Vcpu(Rigs.Guest);
            Assert.Equal(expected, Rigs.Registers(Rigs.Guest, 0, 31));
            Assert.Equal((actions & ResumeAction.Undefined) != 0 ? 0x200UL : after, guest.Pc);
            Assert.Equal(suspend ? Lifecycle.Waiting : Lifecycle.Ready, guest.Lifecycle);
            Assert.Equal(wait ? Lifecycle.Waiting : Lifecycle.Ready, State.Vcpu(Rigs.Monitor).Lifecycle);
        }, iter: 2000, threads: 1);

    [Fact]
    public void ASuspendedGuestWithAnInterruptGoesOn()
    {
        Rig rig = Start();
        rig.Exception(0, ExceptionClass.Smc64);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, 1UL << 45, ~0UL);
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        rig.Call(0, Call.Resume, Rigs.GuestSlot, ResumeAction.Suspend);
        Assert.Equal(Lifecycle.Ready, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void ASuspendedGuestWakesByAnInterrupt()
    {
        Rig rig = Start();
        rig.Exception(0, ExceptionClass.Smc64);
        rig.Call(0, Call.WriteVirtual, Rigs.GuestSlot, VirtualField.Enabled, 1UL << 45, ~0UL);
        rig.Call(0, Call.Resume, Rigs.GuestSlot, ResumeAction.Suspend);
        Assert.Equal(Lifecycle.Waiting, State.Vcpu(Rigs.Guest).Lifecycle);
        rig.Call(0, Call.Notify, Rigs.GuestVirtual);
        Assert.Equal(Lifecycle.Ready, State.Vcpu(Rigs.Guest).Lifecycle);
    }

    [Fact]
    public void AFaultOfAServiceStopsItAlone()
    {
        for (ulong ec = 0; ec < 64; ec++)
        {
            if (ec is ExceptionClass.Svc64 or ExceptionClass.Hvc64)
                continue;
            Rig rig = Rigs.Unbooted().Boot();
            rig.Wait();
            Assert.Equal(Rigs.Service, rig.Running());
            rig.Exception(0, ec);
            Assert.Equal(Lifecycle.Faulted, State.Vcpu(Rigs.Service).Lifecycle);
            Assert.Equal(Rigs.Guest, rig.Running());
        }
    }

    [Fact]
    public void FaultsAreCounted()
    {
        Rig rig = Start();
        rig.Exception(0, ExceptionClass.Smc64);
        rig.Call(0, Call.Account, Rigs.GuestSlot, AccountItem.Faults);
        Assert.Equal(1UL, State.Vcpu(Rigs.Monitor).X[1]);
    }

    private static Rig Start()
    {
        Rig rig = Rigs.Family();
        for (int i = 0; i < 31; i++)
            State.Vcpu(Rigs.Guest).X[i] = 100 + (ulong)i;
        State.Vcpu(Rigs.Guest).Pc = Pc;
        return rig;
    }

    private static ulong Syndrome(ulong ec, ulong iss) => (ec << 26) | Il | iss;

    private static ulong[] Message(ulong kind, ulong syndrome, ulong address) => [kind, syndrome, address];

    private static ulong[] Told(int words) => Rigs.Registers(Rigs.Monitor, 2, words);
}
