using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Two Debians on one machine: neither sees, stops or slows the other.</summary>
[Collection(nameof(Alone))]
public sealed class DuoTests
{
    private const int Window = 4;

    // Counts rounds of a loop for a number of seconds of the guest's clock, from one full second to another.
    private const string Counter = "count() { read s _ </proc/uptime; s=${s%.*}; t=$s; while [ $t -eq $s ]; do read t _ </proc/uptime; t=${t%.*}; done; "
        + "e=$((t + $1)); n=0; while [ $t -lt $e ]; do read t _ </proc/uptime; t=${t%.*}; n=$((n + 1)); done; echo count $n; }";

    private static (Guest First, Guest Second) Login(Machine machine)
    {
        string[] names = [.. Machine.Build("duo").Description.Partitions.Where(partition => partition.Kind == Image.PartitionKind.Guest).Select(partition => partition.Name)];
        Assert.Equal(2, names.Length);
        return (new Guest(machine, names[0], 1).Login(), new Guest(machine, names[1], 2).Login());
    }

    private static int Count(string output)
    {
        return int.Parse(Regex.Match(output, "count ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BothRunAtOnceAndStopOneAfterTheOther(int cpus)
    {
        using Machine machine = Machine.Boot("duo", cpus);
        (Guest first, Guest second) = Login(machine);
        first.Run("echo first > /tmp/mine");
        second.Run("echo second > /tmp/mine");
        Assert.Equal("first", first.Run("cat /tmp/mine"));
        Assert.Equal("second", second.Run("cat /tmp/mine"));
        first.Type("poweroff\n");
        machine.Expect("is off");
        Assert.Equal("second", second.Run("cat /tmp/mine"));
        second.Type("poweroff\n");
        machine.ExpectOff();
    }

    [Fact]
    public void RebootOfOneLeavesTheOtherRunning()
    {
        using Machine machine = Machine.Boot("duo", extra: "-no-reboot");
        (Guest first, Guest second) = Login(machine);
        second.Run("touch /tmp/mark");
        int before = machine.Mark;
        first.Type("reboot\n");
        first.Login(before);
        second.Run("ls /tmp/mark");
    }

    [Fact]
    public void EachSeesItsOwnMemoryOnly()
    {
        using Machine machine = Machine.Boot("duo");
        (Guest first, Guest second) = Login(machine);
        ulong configured = Machine.Build("duo").Description.Partitions.First(partition => partition.Kind == Image.PartitionKind.Guest).Memory!.Value;
        int total = int.Parse(Regex.Match(first.Run("grep MemTotal /proc/meminfo"), "[0-9]+").Value, CultureInfo.InvariantCulture);
        Assert.InRange((ulong)total, configured / 1024 / 2, configured / 1024);
        // Beyond its memory there is nothing: the access is refused, and nobody else notices.
        ulong beyond = Abi.GuestMap.Ram + configured;
        first.Start($"devmem 0x{beyond:x}; devmem 0x{beyond + configured:x}; devmem 0x{Abi.Layout.Kernel:x}");
        second.Run("uname -a");
    }

    [Fact]
    public void OneThatSpinsLeavesTheOtherItsShare()
    {
        using Machine machine = Machine.Boot("duo", cpus: 1);
        (Guest first, Guest second) = Login(machine);
        first.Run(Counter);
        second.Run(Counter);
        // Both want all of the CPU, at the same time: each gets half. Compared within the run, the host's speed doesn't matter.
        int firstStart = first.Start($"count {3 * Window}");
        int secondCount = Count(second.Run($"count {Window}"));
        int firstCount = Count(first.Finish(firstStart).Output);
        Assert.InRange((double)secondCount * 3 / firstCount, 0.75, 1.35);
    }

    [Fact]
    public void OneThatFloodsWithFaultsLeavesTheOtherItsShare()
    {
        using Machine machine = Machine.Boot("duo", cpus: 1);
        (Guest first, Guest second) = Login(machine);
        second.Run(Counter);
        int alone = Count(second.Run($"count {Window}"));
        first.Run("(while :; do head -c 4096 /dev/hwrng; done >/dev/null) &");
        int flooded = Count(second.Run($"count {Window}"));
        first.Run("kill %1");
        alone = Math.Min(alone, Count(second.Run($"count {Window}")));
        Assert.True(flooded >= alone * 0.4, $"{flooded} rounds beside a flood, {alone} alone");
    }
}
