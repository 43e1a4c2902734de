using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Console.Tests;

public class ReportTests
{
    [Fact]
    public void TheFirstGuestGetsTheFocus()
    {
        Desk desk = new Desk("bare", "linux", "work").Report("work", GuestReport.Running);
        Assert.Equal(2, desk.Focus);
        Assert.Equal(1, desk.Report("linux", GuestReport.Running).Focus);
        Assert.Equal(1, desk.Report("work", GuestReport.Crashed).Focus);
    }

    [Fact]
    public void AChosenFocusStays() =>
        Assert.Equal(0, new Desk("a", "linux").Type("\u001d1").Report("linux", GuestReport.Running).Focus);

    [Fact]
    public void AllOffEndsTheRun()
    {
        Desk desk = new Desk("bare", "linux", "work").Report("linux", GuestReport.Running).Report("work", GuestReport.Running);
        Assert.False(desk.Report("work", GuestReport.Off).Finished);
        Assert.Equal("--- work is off", desk.Lines[^1]);
        Assert.True(desk.Report("linux", GuestReport.Off).Finished);
        Assert.DoesNotContain("--- all guests have stopped", desk.Lines);
    }

    [Fact]
    public void AGuestThatHasNotStartedKeepsTheMachineOn()
    {
        Desk desk = new(["bare", "linux", "work"], ["linux", "work"]);
        Assert.Equal(1, desk.Focus);
        Assert.False(desk.Report("linux", GuestReport.Off).Finished);
        Assert.False(desk.Report("work", GuestReport.Running).Finished);
        Assert.True(desk.Report("work", GuestReport.Off).Finished);
    }

    [Fact]
    public void ACrashEndsTheRunWhenNothingElseRuns()
    {
        Desk desk = new Desk("linux", "work").Report("linux", GuestReport.Running).Report("work", GuestReport.Running);
        Assert.False(desk.Report("work", GuestReport.Crashed).Finished);
        Assert.Equal("--- work has crashed", desk.Lines[^1]);
        Assert.True(desk.Report("linux", GuestReport.Off).Finished);
        Assert.Equal("--- all guests have stopped", desk.Lines[^1]);
    }

    [Fact]
    public void ASingleCrashedGuestIsSaidToHaveStopped()
    {
        Desk desk = new Desk("linux").Say("linux", "crash record").Report("linux", GuestReport.Crashed);
        Assert.True(desk.Finished);
        Assert.Equal(["crash record", "--- all guests have stopped"], desk.Lines);
    }

    [Fact]
    public void ASingleGuestEndsSilently()
    {
        Desk desk = new Desk("linux").Report("linux", GuestReport.Running).Say("linux", "bye\r\n").Report("linux", GuestReport.Off);
        Assert.True(desk.Finished);
        Assert.Equal(["bye"], desk.Lines);
    }

    [Fact]
    public void ARestartedGuestRuns()
    {
        Desk desk = new Desk("linux", "work").Report("linux", GuestReport.Running).Report("work", GuestReport.Running);
        desk.Report("work", GuestReport.Off).Report("work", GuestReport.Running);
        Assert.False(desk.Report("linux", GuestReport.Off).Finished);
    }

    [Fact]
    public void AGuestThatStartsAgainKeepsTheMachineOn()
    {
        Desk desk = new Desk(["linux", "work"], ["linux", "work"]).Report("linux", GuestReport.Off).Report("work", GuestReport.Restarting);
        Assert.False(desk.Finished);
        Assert.Equal(["--- linux is off"], desk.Lines);
        Assert.True(desk.Report("work", GuestReport.Crashed).Finished);
    }

    [Fact]
    public void AGuestThatWasStoppedHereKeepsTheMachineOn()
    {
        Desk desk = new Desk(["linux"], ["linux"]).Say("linux", "$ ").Type("\u001dd").Report("linux", GuestReport.Stopped);
        Assert.False(desk.Finished);
        Assert.Equal(["$", "--- stop linux", "--- linux is stopped (Ctrl-] u starts it)"], desk.Lines);
        Assert.True(desk.Report("linux", GuestReport.Running).Report("linux", GuestReport.Off).Finished);
    }

    // Nobody stops the machine while any partition says that it runs; unknown values count as running.
    [Fact]
    public void OnlyStoppedPartitionsEndTheRun() => Gen.Select(Gen.Int[0, 2], Gen.ULong[0, 5]).Array[0, 30].Sample(reports =>
    {
        string[] names = ["a", "b", "c"];
        ulong[] last = new ulong[3];
        Desk desk = new(names);
        foreach ((int who, ulong report) in reports)
        {
            desk.Report(names[who], report);
            last[who] = report == GuestReport.None ? last[who] : report;
            bool stopped = last.All(state => state is GuestReport.None or GuestReport.Off or GuestReport.Crashed) && last.Any(state => state != GuestReport.None);
            Assert.Equal(stopped, desk.Finished);
            if (stopped)
                return;
        }
    });
}
