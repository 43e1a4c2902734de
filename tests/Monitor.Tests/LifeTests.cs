using CsCheck;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>How a guest ends and starts anew, by its description and by what the console says.</summary>
public sealed class LifeTests : IDisposable
{
    private const ulong Second = 1 << 20;
    private Board _board = new();

    [Theory]
    [InlineData(RestartPolicy.Never, false, false)]
    [InlineData(RestartPolicy.OnCrash, true, false)]
    [InlineData(RestartPolicy.Always, true, true)]
    [InlineData(77UL, false, false)]
    public void ItStartsAnewAsItsDescriptionSays(ulong policy, bool afterCrash, bool afterOff)
    {
        foreach ((Action end, bool again, ulong report) in ((Action, bool, ulong)[])[(Crash, afterCrash, GuestReport.Crashed), (Off, afterOff, GuestReport.Off)])
        {
            Use(policy);
            Pass(Second);
            _board.Bytes(0x40, 16).Fill(0x77);
            end();
            Assert.Equal((again, again ? 2 : 1), (Board.Vcpu(0).IsOn, Board.Vcpu(0).Starts));
            Assert.Equal(again ? GuestReport.Running : report, _board.Report);
            Assert.Equal(again ? 0xaa : 0x77, _board.Bytes(0x40, 1)[0]);
            Assert.Equal(again, Said.Contains("*** test starts again, start 2\r\n", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void OneThatEndsAtOnceStartsOnceASecond()
    {
        Use(RestartPolicy.Always);
        for (int starts = 1; starts < 20; starts++)
        {
            ulong started = Kernel.State.Counter;
            Crash();
            Assert.Equal((false, starts), (Board.Vcpu(0).IsOn, Board.Vcpu(0).Starts));
            Assert.Equal(GuestReport.Restarting, _board.Report);
            Assert.Contains($"*** test starts again, start {starts + 1}: one second after the last, since it ended so soon", Said);
            // Whatever wakes the monitor before: it waits on.
            _board.Wake(0, 0);
            _board.Wake(1, 1UL << Manifest.PeerEvent);
            _board.Settle();
            Assert.False(Board.Vcpu(0).IsOn);
            Assert.InRange(_board.Deadline, Kernel.State.Counter, started + Second + 1000);
            Kernel.State.Counter = _board.Deadline;
            _board.Wake(0, 0);
            _board.Settle();
            Assert.True(Board.Vcpu(0).IsOn);
            Assert.Equal(GuestReport.Running, _board.Report);
        }
    }

    [Fact]
    public void AResetIsNoEnd()
    {
        Use(RestartPolicy.Never);
        for (int starts = 1; starts < 5; starts++)
        {
            Assert.Equal(starts, Board.Vcpu(0).Starts);
            Assert.Null(_board.Call(Psci.SystemReset));
            Assert.True(Board.Vcpu(0).IsOn);
        }

        Assert.DoesNotContain("starts again", Said);
    }

    [Fact]
    public void TheRecordOfTheLastCrashIsKept()
    {
        Use(RestartPolicy.OnCrash);
        Pass(Second);
        _board.Read(GuestMap.Uart + Pl011.Flags);
        Crash();
        string record = Said[..Said.IndexOf("*** end of the record", StringComparison.Ordinal)];
        Assert.Contains("start 1 vCPU 0", record);
        for (int i = 0; i < 40; i++)
            _board.Read(GuestMap.Uart + Pl011.Flags);
        Said = "";
        _board.Command(GuestCommand.Show);
        Assert.StartsWith(record, Said);
        Assert.True(Board.Vcpu(0).IsOn);
        Pass(Second);
        Said = "";
        Crash();
        Assert.Contains("start 2 vCPU 0", Said);
    }

    [Fact]
    public void OneThatNeverCrashedHasNoRecord()
    {
        _board.Command(GuestCommand.Show);
        Assert.Equal("\r\n*** test has not crashed\r\n", _board.Heard());
        Assert.True(Board.Vcpu(0).IsOn);
    }

    [Fact]
    public void TheConsoleStopsStartsAndRestarts()
    {
        Use(RestartPolicy.Always);
        Assert.Equal(0UL, _board.Call(Psci.CpuOn | Smccc.Wide, 1, _board.Ram)!.Value.V0);
        Command(GuestCommand.Stop, GuestReport.Stopped, starts: 1);
        Assert.Equal(Kernel.Never, _board.Deadline);
        Command(GuestCommand.Stop, GuestReport.Stopped, starts: 1);
        Command(GuestCommand.Start, GuestReport.Running, starts: 2);
        Command(GuestCommand.Start, GuestReport.Running, starts: 2);
        Command(GuestCommand.Restart, GuestReport.Running, starts: 3);
        Command(GuestCommand.Stop, GuestReport.Stopped, starts: 3);
        Command(GuestCommand.Restart, GuestReport.Running, starts: 4);
        Command(99, GuestReport.Running, starts: 4);
        Assert.DoesNotContain("starts again", Said);
    }

    [Fact]
    public void TheConsoleStartsOneThatIsOffOrCrashed()
    {
        Off();
        Command(GuestCommand.Start, GuestReport.Running, starts: 2);
        Crash();
        Assert.Equal(GuestReport.Crashed, _board.Report);
        Command(GuestCommand.Restart, GuestReport.Running, starts: 3);
    }

    [Fact]
    public void TheConsoleEndsAPause()
    {
        Use(RestartPolicy.Always);
        Crash();
        Command(GuestCommand.Start, GuestReport.Running, starts: 2);
        Crash();
        Assert.Equal(GuestReport.Restarting, _board.Report);
        Command(GuestCommand.Stop, GuestReport.Stopped, starts: 2);
        Pass(2 * Second);
        _board.Wake(0, 0);
        _board.Settle();
        Assert.False(Board.Vcpu(0).IsOn);
    }

    [Fact]
    public void ACommandWhileItStopsOverridesItsEnd()
    {
        // vCPU 0 has stopped; vCPU 1 has yet to.
        Assert.Equal(0UL, _board.Call(Psci.CpuOn | Smccc.Wide, 1, _board.Ram)!.Value.V0);
        Assert.False(_board.Fault(0, new() { Kind = FaultKind.Call, Syndrome = Syndrome.Hvc << 26, V0 = Psci.SystemOff }, out _));
        Assert.Equal((false, true), (Board.Vcpu(0).IsOn, Board.Vcpu(1).IsOn));
        _board.Command(GuestCommand.Restart);
        Assert.Equal((true, 2), (Board.Vcpu(0).IsOn, Board.Vcpu(0).Starts));
        Assert.Equal(GuestReport.Running, _board.Report);
    }

    // Whatever the guest does and the console says, in whatever order: what the console is told is true, and once all has
    // settled either no vCPU is on or the first is.
    [Fact]
    public void ReportsAreTrue() => Gen.Select(Gen.Int[0, 7], Gen.ULong[0, 2]).Array[1, 30].Sample(steps =>
    {
        Use(steps[0].Item2);
        foreach ((int step, ulong ticks) in steps)
        {
            Pass(ticks * Second / 2);
            switch (step)
            {
                case 0 when Board.Vcpu(0).IsOn:
                    Crash();
                    break;
                case 1 when Board.Vcpu(0).IsOn:
                    Off();
                    break;
                case 2 when Board.Vcpu(0).IsOn:
                    _board.Call(Psci.CpuOn | Smccc.Wide, 1, _board.Ram);
                    break;
                case 3 when Board.Vcpu(0).IsOn:
                    _board.Call(Psci.SystemReset);
                    break;
                case > 3:
                    _board.Command((ulong)step - 3);
                    break;
            }

            _board.Wake(0, 0);
            _board.Settle();
            Assert.Equal(_board.Report == GuestReport.Running, Board.Vcpu(0).IsOn);
            Assert.True(Board.Vcpu(0).IsOn || !Board.Vcpu(1).IsOn);
            Assert.Equal(_board.Report == GuestReport.Restarting, !Board.Vcpu(0).IsOn && _board.Deadline != Kernel.Never);
        }
    }, iter: 300, threads: 1);

    public void Dispose() => _board.Dispose();

    private string Said
    {
        get => field += _board.Heard();
        set;
    } = "";

    private static void Pass(ulong ticks) => Kernel.State.Counter += ticks;

    private void Use(ulong policy)
    {
        _board.Dispose();
        _board = new(restart: policy);
        Said = "";
        // A record is longer than the ring: the console reads while its writer waits.
        Kernel.State.OnWait = () => _ = Said;
    }

    private void Crash()
    {
        Kernel.State.OnWait = () => _ = Said;
        Assert.False(_board.Fault(0, new() { Kind = FaultKind.Instruction }, out _));
        _board.Settle();
    }

    private void Off() => Assert.Null(_board.Call(Psci.SystemOff));

    private void Command(ulong command, ulong report, int starts)
    {
        _board.Command(command);
        Assert.Equal((report, starts), (_board.Report, Board.Vcpu(0).Starts));
        Assert.Equal((report == GuestReport.Running, false), (Board.Vcpu(0).IsOn, Board.Vcpu(1).IsOn));
    }
}
