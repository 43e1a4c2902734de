using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

public sealed class PsciTests : IDisposable
{
    private const ulong On64 = Psci.CpuOn | Smccc.Wide, Info64 = Psci.AffinityInfo | Smccc.Wide;
    private readonly Board _board = new(vcpus: 2);

    [Fact]
    public void TellsItsVersion()
    {
        Assert.Equal(0x1_0001UL, Result(Psci.Version));
        Assert.Equal(0x1_0001UL, Result(Smccc.Version));
        Assert.Equal(2UL, Result(Psci.MigrateInfoType));
    }

    [Theory]
    [InlineData(Psci.CpuSuspend, true)]
    [InlineData(Psci.CpuSuspend | Smccc.Wide, true)]
    [InlineData(On64, true)]
    [InlineData(Psci.SystemReset2, true)]
    [InlineData(Smccc.Version, true)]
    [InlineData(Psci.SystemOff | Smccc.Wide, false)]
    [InlineData(0x8400_0005, false)]
    [InlineData(0x8400_000e, false)]
    [InlineData(0x8400_0050, false)]
    public void TellsItsFeatures(ulong function, bool has) => Assert.Equal(has ? 0UL : ~0UL, Result(Psci.Features, function));

    [Fact]
    public void AVcpuGoesOnAndOffAndOn()
    {
        Assert.Equal(1UL, Result(Info64, 1));
        Assert.Equal(0UL, Result(On64, 1, _board.Ram + 0x100, 42));
        Assert.Equal((true, _board.Ram + 0x100, 42UL), (Board.Vcpu(1).IsOn, Board.Vcpu(1).Entry, Board.Vcpu(1).Context));
        Assert.Equal(0UL, Result(Info64, 1));
        Assert.Equal(Psci.AlreadyOn, Result(On64, 1, _board.Ram));
        Assert.Null(_board.Call(Psci.CpuOff, vcpu: 1));
        Assert.False(Board.Vcpu(1).IsOn);
        Assert.Equal(1UL, Result(Info64, 1));
        Assert.Equal(0UL, Result(On64, 1, _board.Ram, 43));
        Assert.Equal((2, 43UL), (Board.Vcpu(1).Starts, Board.Vcpu(1).Context));
    }

    [Fact]
    public void AStartIsPendingUntilTheOtherMonitorHasActed()
    {
        Arrival(On64, 1, _board.Ram);
        Assert.False(Board.Vcpu(1).IsOn);
        Assert.Equal(2UL, Arrival(Info64, 1, 0));
        Assert.Equal(Psci.OnPending, Arrival(On64, 1, _board.Ram));
        _board.Settle();
        Assert.Equal(0UL, Arrival(Info64, 1, 0));
    }

    [Fact]
    public void ImpossibleStartsAreRefused()
    {
        Assert.Equal(Psci.InvalidParameters, Result(On64, 2, _board.Ram));
        Assert.Equal(Psci.InvalidParameters, Result(On64, 0x1_0000_0001, _board.Ram));
        Assert.Equal(Psci.InvalidAddress, Result(On64, 1, _board.Ram - 4));
        Assert.Equal(Psci.InvalidAddress, Result(On64, 1, _board.Ram + Board.RamSize));
        Assert.Equal(Psci.InvalidAddress, Result(On64, 1, _board.Ram + 2));
        Assert.Equal(Psci.InvalidAddress, Result(On64, 1, ~3UL));
        Assert.Equal(Psci.AlreadyOn, Result(On64, 0, _board.Ram));
        Assert.Equal(Psci.InvalidParameters, Result(Info64, 2));
        Assert.Equal(Psci.InvalidParameters, Result(Info64, 0, 1));
        Assert.False(Board.Vcpu(1).IsOn);
    }

    [Fact]
    public void SuspendWaitsForAnInterrupt()
    {
        Reply reply = _board.Call(Psci.CpuSuspend | Smccc.Wide)!.Value;
        Assert.Equal((ResumeAction.Result | ResumeAction.Suspend, 0UL), (reply.Action, reply.V0));
    }

    [Fact]
    public void PowerOffStopsEveryVcpuAndSaysSo()
    {
        Result(On64, 1, _board.Ram);
        Assert.Equal(GuestReport.Running, _board.Report);
        Assert.Null(_board.Call(Psci.SystemOff, vcpu: 1));
        Assert.Equal((false, false), (Board.Vcpu(0).IsOn, Board.Vcpu(1).IsOn));
        Assert.Equal(GuestReport.Off, _board.Report);
        Assert.Equal(1, Board.Vcpu(0).Starts);
    }

    [Theory]
    [InlineData(Psci.SystemReset)]
    [InlineData(Psci.SystemReset2)]
    [InlineData(Psci.SystemReset2 | Smccc.Wide)]
    public void ResetStartsTheFirstVcpuWithFreshImagesAndDevices(ulong function)
    {
        Result(On64, 1, _board.Ram);
        _board.Write(GuestMap.Distributor, 2);
        _board.Write(GuestMap.Uart + Pl011.Mask, Pl011.ReceiveInterrupt);
        _board.Bytes(0x40, 32).Fill(0x77);
        Assert.Null(_board.Call(function, vcpu: 1));
        Assert.Equal((true, false), (Board.Vcpu(0).IsOn, Board.Vcpu(1).IsOn));
        Assert.Equal((2, _board.Ram + 0x40, _board.Ram + 0x8000), (Board.Vcpu(0).Starts, Board.Vcpu(0).Entry, Board.Vcpu(0).Context));
        Assert.All(_board.Bytes(0x40, 16).ToArray(), value => Assert.Equal(0xaa, value));
        Assert.All(_board.Bytes(0x50, 16).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(0x55, _board.Bytes(0x60, 1)[0]);
        Assert.Equal(0x50UL, _board.Read(GuestMap.Distributor));
        Assert.Equal(0UL, _board.Read(GuestMap.Uart + Pl011.Mask));
        Assert.Equal(GuestReport.Running, _board.Report);
    }

    [Fact]
    public void AnUnknownKindOfResetIsRefused()
    {
        Assert.Equal(Psci.InvalidParameters, Result(Psci.SystemReset2, 0x8000_0000));
        Assert.Equal(1, Board.Vcpu(0).Starts);
    }

    [Fact]
    public void ATrappedSmcIsSteppedOver()
    {
        Partition.Arrival fault = new() { Kind = FaultKind.Call, Syndrome = Syndrome.Smc << 26, V0 = Psci.Version };
        Assert.True(_board.Fault(0, fault, out Reply reply));
        Assert.Equal(ResumeAction.Advance | ResumeAction.Result, reply.Action);
    }

    [Fact]
    public void ACallWithAnImmediateIsUnknown()
    {
        Partition.Arrival fault = new() { Kind = FaultKind.Call, Syndrome = Syndrome.Hvc << 26 | 1, V0 = Psci.Version };
        Assert.True(_board.Fault(0, fault, out Reply reply));
        Assert.Equal(~0UL, reply.V0);
    }

    [Theory]
    [InlineData(Smccc.Features, Smccc.Version, 0)]
    [InlineData(Smccc.Features, Smccc.Features, 0)]
    [InlineData(Smccc.Features, 0x8000_8000, ~0UL)]
    [InlineData(Smccc.Features, 0x8000_3fff, ~0UL)]
    [InlineData(0x8000_8000, 0, ~0UL)]
    public void WorkaroundsAreNotOffered(ulong function, ulong argument, ulong expected) => Assert.Equal(expected, Result(function, argument));

    [Fact]
    public void UnknownCallsAreAnsweredSo() =>
        Gen.Select(Gen.UInt, Gen.ULong, Gen.ULong, Gen.ULong).Where((function, _, _, _) =>
            !Psci.Has(function) && !Trng.Has(function) && function is not (Smccc.Version or Smccc.Features)).Sample((function, a1, a2, a3) =>
        {
            Reply reply = _board.Call(function, a1, a2, a3)!.Value;
            Assert.Equal((ResumeAction.Result, ~0UL, a1, a2, a3), (reply.Action, reply.V0, reply.V1, reply.V2, reply.V3));
        }, threads: 1);

    public void Dispose() => _board.Dispose();

    private ulong Result(ulong function, ulong a1 = 0, ulong a2 = 0, ulong a3 = 0) => _board.Call(function, a1, a2, a3)!.Value.V0;

    // A call of vCPU 0 that leaves the other monitors' vCPUs asleep.
    private ulong Arrival(ulong function, ulong a1, ulong a2)
    {
        Assert.True(_board.Fault(0, new() { Kind = FaultKind.Call, Syndrome = Syndrome.Hvc << 26, V0 = function, V1 = a1, V2 = a2 }, out Reply reply));
        return reply.V0;
    }
}
