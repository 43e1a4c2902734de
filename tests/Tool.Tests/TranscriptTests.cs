using System.Text.RegularExpressions;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Tests;

public sealed class TranscriptTests
{
    [Fact]
    public async Task WaitEndsWhenTheTextComes()
    {
        Transcript transcript = new();
        Task<Match?> waiting = Task.Run(() => transcript.Wait(new Regex("ready"), 0, TimeSpan.FromMinutes(1)));
        transcript.Append("not rea"u8);
        transcript.Append("dy"u8);
        Assert.Equal(4, (await waiting)!.Index);
    }

    [Fact]
    public async Task WaitEndsWhenNothingMoreComes()
    {
        Transcript transcript = new();
        Task<Match?> waiting = Task.Run(() => transcript.Wait(new Regex("ready"), 0, null));
        transcript.End();
        Assert.Null(await waiting);
        Assert.True(transcript.WaitForEnd(null));
    }

    [Fact]
    public void WaitEndsWhenTimeIsOver()
    {
        Transcript transcript = new();
        Assert.Null(transcript.Wait(new Regex("ready"), 0, TimeSpan.FromMilliseconds(10)));
        Assert.False(transcript.WaitForEnd(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void WaitLeavesOutWhatStandsBefore()
    {
        Transcript transcript = new();
        transcript.Append("ready\n"u8);
        Assert.Null(transcript.Wait(new Regex("ready"), 1, TimeSpan.Zero));
        Assert.Null(transcript.Wait(new Regex("ready"), 100, TimeSpan.Zero));
    }
}
