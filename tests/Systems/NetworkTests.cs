using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Two Debians with a network between their monitors.</summary>
public sealed class NetworkTests
{
    private const string FirstAddress = "10.0.0.1", SecondAddress = "10.0.0.2", Third = "quitter";
    private const int Port = 1000;
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    private static (Guest First, Guest Second) Login(Machine machine)
    {
        Guest first = new Guest(machine, "linux", 1).Login(), second = new Guest(machine, "work", 2).Login();
        Connect(first, FirstAddress);
        Connect(second, SecondAddress);
        return (first, second);
    }

    // The kernel's messages stay out of the way of the prompt.
    private static void Connect(Guest guest, string address) => guest.Run($"dmesg -n 1; ip addr add {address}/24 dev eth0 && ip link set eth0 up");

    private static void Ping(Guest guest, string address) =>
        Assert.Contains("3 packets received, 0% packet loss", guest.Run($"ping -c 3 {address}"));

    // Until somebody listens at the port (proc(5): its address and that of nobody, in hexadecimal digits, then the state LISTEN).
    private static readonly string s_untilListening = $"until grep -q ':{Port:X4} [0-9A-F]*:0000 0A ' /proc/net/tcp /proc/net/tcp6; do usleep 10000; done";

    // Sends a file of that many MiB of random bytes.
    private static void Transfer(Guest from, string address, Guest to, int size)
    {
        string sum = from.Run($"head -c {size << 20} /dev/urandom > /tmp/data; sha256sum < /tmp/data");
        from.Run($"nc -l -p {Port} < /tmp/data & {s_untilListening}");
        Assert.Equal(sum, to.Run($"nc {address} {Port} | sha256sum", s_long));
    }

    // One connection carries a stream all the while, slow enough to leave the third guest its time; and pings go.
    [Fact]
    public void AThirdGuestThatCrashesAHundredTimesDisturbsNeither()
    {
        const int Crashes = 100;
        // Time is counted in instructions (32 ns each): what else the host does takes nothing from the guests' slots.
        BuiltSystem built = Machine.Build(Path.Combine(Workspace.Root, "tests/descriptions/network.toml"));
        using KernelWatch watch = new(built.Machine with { Extra = ["-icount", "shift=5,sleep=off"] }, built.Image);
        Machine machine = watch.Machine;
        (Guest first, Guest second) = Login(machine);
        Transfer(first, FirstAddress, second, 4);
        Transfer(second, SecondAddress, first, 4);
        KernelState before = watch.AwaitRest(Third);

        first.Run("head -c 65536 /dev/urandom > /tmp/data; mkfifo /tmp/copy; sha256sum < /tmp/copy > /tmp/sum & true");
        first.Run($"(while [ ! -e /tmp/stop ]; do cat /tmp/data; usleep 200000; done | tee /tmp/copy | nc -l -p {Port}) & {s_untilListening}");
        // An input that never comes, in place of the terminal.
        second.Run("mkfifo /tmp/idle; sleep 1000000 > /tmp/idle & true");
        second.Run($"(nc {FirstAddress} {Port} < /tmp/idle | tee /tmp/received | sha256sum > /tmp/sum; touch /tmp/done) & ping {FirstAddress} > /tmp/pings & ping=$!");
        // The CPU has always something to do.
        second.Run("while :; do :; done & busy=$!");
        KernelState begin = watch.Look();
        CrashAgainAndAgain(machine, Crashes);
        KernelState end = watch.Look();

        first.Run("touch /tmp/stop");
        second.Run("kill $busy; while [ ! -e /tmp/done ]; do usleep 10000; done; kill -INT $ping; wait $ping");
        Assert.Equal(first.Run("wait; cat /tmp/sum"), second.Run("cat /tmp/sum"));
        Assert.Matches(@"(?s)\b([0-9]+) packets transmitted, \1 packets received, 0% packet loss", second.Run("tail -n 3 /tmp/pings"));
        // A piece five times a second at best, and a crash once a second at most.
        Assert.InRange(long.Parse(second.Run("stat -c %s /tmp/received")), 1 << 20, long.MaxValue);

        // Every tick was charged once; and the kernel holds what it held.
        Assert.Equal(end.Cpu.Since - begin.Cpu.Since, end.Charged - begin.Charged);
        KernelState after = watch.AwaitRest(Third);
        Assert.Empty(before.Differences(after, Third));
        // A hundred whole lives, each with as many faults as accesses to its devices: three to set up, four to write, two or three looks for a key,
        // the key, two before the last, and the last.
        Assert.InRange(after.Account(Third, AccountItem.Faults) - before.Account(Third, AccountItem.Faults), 13UL * Crashes, 14UL * Crashes);
    }

    private static void CrashAgainAndAgain(Machine machine, int crashes)
    {
        int from = machine.Mark;
        machine.Type("\u001d3");
        machine.ExpectFrom(from, $"^--- focus on {Third} ");
        for (int i = 0; i < crashes; i++)
        {
            machine.Type("l");
            from = machine.ExpectFrom(from, $@"^{Third} *\| \*\*\* {Third} crashed: ").Index;
            from = machine.ExpectFrom(from, $@"^{Third} *\| \*\*\* {Third} starts again, start {i + 2}\b").Index;
            from = machine.ExpectFrom(from, $@"^{Third} *\| up$").Index;
        }
    }

    [Fact]
    public void TwoDebiansReachEachOther()
    {
        using Machine machine = Machine.Boot("duo");
        (Guest first, Guest second) = Login(machine);
        string[] addresses = [first.Run("cat /sys/class/net/eth0/address"), second.Run("cat /sys/class/net/eth0/address")];
        Assert.NotEqual(addresses[0], addresses[1]);
        Assert.All(addresses, address => Assert.Matches("^52:44(:[0-9a-f]{2}){4}$", address));
        Ping(first, SecondAddress);
        Ping(second, FirstAddress);
        Transfer(first, FirstAddress, second, 2);
        Transfer(second, SecondAddress, first, 2);
    }

    // The first passes on what the second sends, and answers for it on the host's network (ARP by proxy), where the second has an address too.
    [Fact]
    public void TheSecondReachesTheHostThroughTheFirst()
    {
        const string Outer = "10.0.2.15", SecondOuter = "10.0.2.16", Host = "10.0.2.2";
        using Machine machine = Machine.Boot(Path.Combine(Workspace.Root, "tests/descriptions/gateway.toml"));
        (Guest first, Guest second) = Login(machine);
        first.Run($"ip addr add {Outer}/24 dev eth1; ip link set eth1 up; ip route add {SecondOuter} dev eth0");
        first.Run("echo 1 > /proc/sys/net/ipv4/conf/eth1/proxy_arp; echo 1 > /proc/sys/net/ipv4/ip_forward");
        second.Run($"ip addr add {SecondOuter}/32 dev eth0; ip route add default via {FirstAddress} src {SecondOuter}");
        Ping(second, Host);

        byte[] data = RandomNumberGenerator.GetBytes(4 << 20);
        using HostServer server = new(data);
        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(data)), second.Run($"wget -q -O - {server.Url} | sha256sum", s_long));
        Assert.True(server.HasServed);

        // And by no other way.
        first.Run("echo 0 > /proc/sys/net/ipv4/ip_forward");
        Assert.NotEqual(0, second.Try($"ping -c 3 -w 3 {Host}").Status);
    }
}
