using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Two Debians on one machine: neither sees, stops or slows the other.</summary>
public sealed class DuoTests
{
    private const int Window = 1;

    // Between addresses that a guest tries to read, a block of stage 2; status of a process that SIGBUS ended.
    private const ulong Step = 2 << 20;
    private const int BusError = 128 + 7;

    // Nothing is there.
    private const ulong Nowhere = 0x0b00_0000;

    // Counts rounds of a loop for a number of seconds of the guest's clock, from one full second to another, on both vCPUs. A round is
    // work in user space: locks of the guest's kernel, held by a vCPU whose turn is over, would measure something else.
    private static readonly string[] s_counter =
    [
        "now() { read t _ </proc/uptime; t=${t%.*}; }",
        "work() { i=0; while [ $i -lt 100 ]; do i=$((i+1)); done; }",
        "one() { now; s=$t; while [ $t = $s ]; do now; done; e=$((t+$1)); n=0; while [ $t -lt $e ]; do work; now; n=$((n+1)); done; echo count $n; }",
        "count() { one $1 & p=$!; one $1; wait $p; }",
    ];

    private static (Guest First, Guest Second) Login(Machine machine)
    {
        string[] names = [.. Machine.Build("duo").Description.Partitions.Where(partition => partition.Kind == Image.PartitionKind.Guest).Select(partition => partition.Name)];
        Assert.Equal(2, names.Length);
        return (new Guest(machine, names[0], 1).Login(), new Guest(machine, names[1], 2).Login());
    }

    private static int Count(Guest guest)
    {
        string output = guest.Run($"count {Window}");
        return Regex.Matches(output, "count ([0-9]+)").Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
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
        // Beyond its memory there is nothing up to the end of the machine's, the other's included: every access is refused.
        ulong beyond = Abi.GuestMap.Ram + configured, end = Abi.Layout.LoadBase + (1UL << 30);
        string read = $"for a in $(seq {beyond} {Step} {end}); do devmem $a >/dev/null 2>&1; echo $?; done | sort | uniq -c";
        Assert.Matches($"^ *{(end - beyond) / Step + 1} {BusError}$", first.Run(read));
        second.Run("uname -a");
    }

    [Fact]
    public void OneThatSpinsOrFloodsWithFaultsLeavesTheOtherItsShare()
    {
        // Time is counted in instructions (16 ns each), so that the host's speed and its other work do not matter.
        using Machine machine = Machine.Boot("duo", 1, extra: ["-icount", "shift=4,sleep=off"]);
        (Guest first, Guest second) = Login(machine);
        foreach (string line in s_counter)
            second.Run(line);
        int alone = Count(second);
        foreach (string load in (string[])[":", "head -c 4096 /dev/hwrng", $"devmem {Nowhere}"])
        {
            first.Run($"(while :; do {load}; done >/dev/null 2>&1) & a=$!; (while :; do {load}; done >/dev/null 2>&1) & b=$!");
            int beside = Count(second);
            first.Run("kill $a $b");
            // Half is its share.
            Assert.True(beside >= alone * 0.4, $"{beside} rounds beside \"{load}\", {alone} alone");
        }
    }
}
