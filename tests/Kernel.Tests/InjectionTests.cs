using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Exceptions that guests take to their own EL1: vector, syndrome, return state (Arm ARM D1.3).</summary>
public class InjectionTests
{
    private const ulong Vbar = 0xffff_8000_0000_0800, Pc = 0x4000_1234, Far = 0xffff_8000_dead_b000, Il = 1 << 25;
    private const ulong Pan = 1 << 22, Span = 1 << 23, HasPan = 1 << 20;

    public static TheoryData<ulong, ulong, bool> Modes => new()
    {
        { 0x3c5, 0x200, true },         // EL1h
        { 0x3c4, 0x000, true },         // EL1t
        { 0x6000_0000, 0x400, false },  // EL0t
        { 0x6000_0010, 0x600, false },  // EL0, AArch32
        { 0x6000_0030, 0x600, false },  // the same, Thumb
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void AnUnknownRegisterIsUndefined(ulong pstate, ulong offset, bool same)
    {
        Assert.Equal(same, offset < 0x400);
        Rig rig = Start(pstate);
        rig.Exception(0, ExceptionClass.SystemRegister, 0x33_0000);
        AssertTaken(rig, pstate, offset, Il);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void AMonitorCanInjectWhileAnotherGuestIsResident(ulong pstate, ulong offset, bool same)
    {
        Rig rig = Start(pstate);
        rig.Abort(0, ExceptionClass.DataAbort, 7, Far, 0x900_0000);
        rig.Wait();
        Assert.Equal(Rigs.Lone, rig.Running());
        rig.CallMonitor();
        Assert.Equal(Rigs.Lone, State.Cpu(0).Resident);
        rig.Call(0, Call.Resume, Rigs.GuestSlot, ResumeAction.Abort);
        rig.Wait();
        Assert.Equal(Rigs.Guest, rig.Running());
        AssertTaken(rig, pstate, offset, (same ? 0x25UL : 0x24) << 26 | Il | 0x10);
        Assert.Equal(Far, Register(rig, Abi.Register.FarEl1));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void AnInstructionAbortIsOne(ulong pstate, ulong offset, bool same)
    {
        Rig rig = Start(pstate);
        rig.Abort(0, ExceptionClass.InstructionAbort, 7, Far, 0x900_0000);
        rig.Call(0, Call.Resume, Rigs.GuestSlot, ResumeAction.Abort);
        rig.Wait();
        AssertTaken(rig, pstate, offset, (same ? 0x21UL : 0x20) << 26 | Il | 0x10);
    }

    [Fact]
    public void AGuestWithoutMonitorTakesItsAbortsItself()
    {
        Rig rig = Start(0x3c5);
        rig.WaitForInterrupt();
        Assert.Equal(Rigs.Lone, rig.Running());
        Prepare(rig, Rigs.Lone, 0x3c5);
        rig.Abort(0, ExceptionClass.DataAbort, 7, Far, 0x900_0000);
        Assert.Equal(Rigs.Lone, rig.Running());
        AssertTaken(rig, 0x3c5, 0x200, (0x25UL << 26) | Il | 0x10, Rigs.Lone);
        Assert.Equal(Far, Register(rig, Abi.Register.FarEl1));
    }

    /// <summary>Whatever a guest without monitor does, it alone sees the consequences.</summary>
    [Fact]
    public void AGuestWithoutMonitorNeverStops()
    {
        for (ulong ec = 0; ec < 64; ec++)
        {
            if (ec is ExceptionClass.WaitFor or ExceptionClass.Svc64)
                continue;
            Rig rig = Start(0x3c5);
            rig.WaitForInterrupt();
            Prepare(rig, Rigs.Lone, 0x3c5);
            State.Vcpu(Rigs.Lone).X[0] = 0x8400_0000;
            rig.Exception(0, ec);
            Assert.Equal(Rigs.Lone, rig.Running());
            Assert.Equal(Lifecycle.Ready, State.Vcpu(Rigs.Lone).Lifecycle);
            ref VcpuState lone = ref State.Vcpu(Rigs.Lone);
            if (ec is ExceptionClass.Hvc64 or ExceptionClass.Smc64)
                Assert.Equal((Status.NotSupported, Pc + (ec == ExceptionClass.Smc64 ? 4UL : 0)), (lone.X[0], lone.Pc));
            else if (ec != ExceptionClass.SystemRegister)
                Assert.Equal(Vbar + 0x200, lone.Pc);
        }
    }

    [Fact]
    public void AnSErrorIsUndefinedToAGuestWithoutMonitor()
    {
        Rig rig = Start(0x3c5);
        rig.WaitForInterrupt();
        Prepare(rig, Rigs.Lone, 0x3c5);
        rig.SError(0, 0);
        AssertTaken(rig, 0x3c5, 0x200, Il, Rigs.Lone);
    }

    /// <summary>PSTATE.PAN on entry: set if SCTLR_EL1.SPAN is 0, otherwise as it was; never on a CPU without it.</summary>
    [Theory]
    [InlineData(true, 0UL, 0UL, Pan)]
    [InlineData(true, 0UL, Pan, Pan)]
    [InlineData(true, Span, 0UL, 0UL)]
    [InlineData(true, Span, Pan, Pan)]
    [InlineData(false, 0UL, 0UL, 0UL)]
    public void PanFollowsSpan(bool has, ulong sctlr, ulong before, ulong after)
    {
        Rig rig = Rigs.Unbooted();
        rig.Hardware.Identification[57] = has ? HasPan : 0;
        rig.Boot();
        rig.Wait();
        rig.Wait();
        Prepare(rig, Rigs.Guest, 0x3c5 | before);
        rig.Hardware.Cores[0].System[Abi.Register.SctlrEl1 - Abi.Register.System] = sctlr;
        rig.Exception(0, ExceptionClass.SystemRegister, 0x33_0000);
        Assert.Equal(0x3c5 | after, State.Vcpu(Rigs.Guest).Pstate);
        Assert.Equal(sctlr, Register(rig, Abi.Register.SctlrEl1));
    }

    private static Rig Start(ulong pstate)
    {
        Rig rig = Rigs.Family();
        Prepare(rig, Rigs.Guest, pstate);
        return rig;
    }

    private static void Prepare(Rig rig, ulong index, ulong pstate)
    {
        rig.Hardware.Cores[0].System[Abi.Register.VbarEl1 - Abi.Register.System] = Vbar;
        State.Vcpu(index).Pc = Pc;
        State.Vcpu(index).Pstate = pstate;
    }

    private static void AssertTaken(Rig rig, ulong pstate, ulong offset, ulong syndrome, ulong index = Rigs.Guest)
    {
        Assert.Equal(index, rig.Running());
        Assert.Equal(Vbar + offset, State.Vcpu(index).Pc);
        Assert.Equal(0x3c5UL, State.Vcpu(index).Pstate);
        Assert.Equal(Pc, Register(rig, Abi.Register.ElrEl1));
        Assert.Equal(pstate, Register(rig, Abi.Register.SpsrEl1));
        Assert.Equal(syndrome, Register(rig, Abi.Register.EsrEl1));
        Assert.Equal(Vbar, Register(rig, Abi.Register.VbarEl1));
    }

    private static ulong Register(Rig rig, ulong number) => rig.Hardware.Cores[0].System[number - Abi.Register.System];
}
