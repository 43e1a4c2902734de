using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Debian's own kernel, unmodified, as a guest with two vCPUs.</summary>
/// <param name="booted">For tests that leave it as it was.</param>
public sealed class LinuxTests(LinuxTests.Booted booted) : IClassFixture<LinuxTests.Booted>
{
    /// <summary>One that is booted once for several tests.</summary>
    public sealed class Booted : IDisposable
    {
        private Machine? _machine;

        /// <summary>Its shell.</summary>
        public Guest Guest => field ??= new Guest(_machine = Machine.Boot("linux")).Login();

        /// <inheritdoc/>
        public void Dispose() => _machine?.Dispose();
    }

    [Theory]
    [InlineData("cortex-a72", null)]
    [InlineData("cortex-a72", 1)]
    [InlineData("max", null)]
    public void BootsToAShellWithTwoCpusAndPowersOff(string cpu, int? cpus)
    {
        using Machine machine = Machine.Boot("linux", cpus, cpu);
        Guest guest = new Guest(machine).Login();
        Assert.Equal("2", guest.Run("nproc"));
        guest.Type("poweroff\n");
        machine.ExpectOff();
    }

    [Fact]
    public void KernelIsTheFileFromThePackage()
    {
        // The kernel's own version line names Debian's build; the image must contain the package's file byte for byte.
        byte[] kernel = File.ReadAllBytes(new Tool.Debian.DebianArtifacts(_ => { }).Kernel);
        byte[] image = File.ReadAllBytes(Machine.Build("linux").Path);
        Assert.True(image.AsSpan().IndexOf(kernel) >= 0);
    }

    [Fact]
    public void SleepKeepsTime()
    {
        const int seconds = 5;
        // Both looks are rounded down to hundredths.
        const double Tick = 0.01;
        Guest guest = booted.Guest;
        Stopwatch watch = Stopwatch.StartNew();
        string output = guest.Run($"cut -d' ' -f1 /proc/uptime; sleep {seconds}; cut -d' ' -f1 /proc/uptime");
        double host = watch.Elapsed.TotalSeconds;
        double[] uptimes = [.. output.Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        double elapsed = uptimes[1] - uptimes[0];
        // The sleep lies within the two looks at the guest's clock, and these within the host's. How late a guest wakes is for ./redoubt bench.
        Assert.InRange(elapsed, seconds, host + Tick);
    }

    [Theory]
    [InlineData("cortex-a72")]
    [InlineData("max")]
    public void KernelWarnsOfNothingThatNativeDoesNotWarnOf(string cpu)
    {
        // Time is counted in instructions (8 ns each): Linux warns of an interrupt that a busy host makes slow.
        string[] counted = ["-icount", "shift=3,sleep=off"];
        using Machine native = Machine.BootNative(cpu: cpu, extra: counted);
        HashSet<string> expected = [.. Warnings(new Guest(native).Login())];
        using Machine machine = Machine.Boot("linux", cpu: cpu, extra: counted);
        Guest guest = new Guest(machine).Login();
        Assert.Empty(Warnings(guest).Except(expected));
        Assert.DoesNotMatch("(?i)unhandled|Oops|Call trace|BUG:|undefined instruction", guest.Run("dmesg"));
    }

    // Kernel messages of level "warning" and worse, without what differs from run to run.
    private static IEnumerable<string> Warnings(Guest guest)
    {
        return guest.Run("dmesg -r | grep '^<[0-4]>'; true").Split('\n')
            .Where(line => line.StartsWith('<'))
            .Select(line => Regex.Replace(Regex.Replace(line, @"^<\d>\[[^]]*\] ", ""), "[0-9]+|0x[0-9a-f]+", "N"));
    }

    [Fact]
    public void VirtioDevicesWork()
    {
        Guest guest = booted.Guest;
        Assert.Contains("/dev/hvc0", guest.Run("ls /dev/hvc0"));
        Assert.Contains("virtio_rng", guest.Run("cat /sys/class/misc/hw_random/rng_available"));
        Assert.Equal("64", guest.Run("head -c 64 /dev/hwrng | wc -c", TimeSpan.FromSeconds(30)));
        Assert.NotEqual(guest.Run("head -c 16 /dev/hwrng | hexdump"), guest.Run("head -c 16 /dev/hwrng | hexdump"));
    }

    [Fact]
    public void BothCpusGetTimerAndInterprocessorInterrupts()
    {
        Guest guest = booted.Guest;
        int[] Counts(string source) => [.. Regex.Matches(guest.Run($"grep -E '{source}' /proc/interrupts"), @"(?<=\s)\d+(?=\s)").Take(2).Select(match => int.Parse(match.Value))];
        int[] timer = Counts("arch_timer"), calls = Counts("IPI0");
        guest.Run("for cpu in 0 1; do for i in 1 2 3 4 5 6 7 8; do taskset $((1 << cpu)) usleep 20000; done; done");
        Assert.All(Counts("arch_timer").Zip(timer), pair => Assert.True(pair.First > pair.Second));
        Assert.True(Counts("IPI0").Sum() > calls.Sum());
    }

    [Fact]
    public void RebootRestartsTheGuestOnly()
    {
        // With this option a reset of the machine itself would end QEMU.
        using Machine machine = Machine.Boot("linux", extra: "-no-reboot");
        Guest guest = new Guest(machine).Login();
        for (int i = 0; i < 3; i++)
        {
            guest.Run("touch /tmp/mark");
            int before = machine.Mark;
            guest.Type("reboot\n");
            guest.Login(before);
            Assert.NotEqual(0, guest.Try("ls /tmp/mark").Status);
            Assert.Equal("2", guest.Run("nproc"));
        }

        guest.Type("poweroff\n");
        machine.ExpectOff();
    }

    [Fact]
    public void CpusGoOfflineAndComeBack()
    {
        Guest guest = booted.Guest;
        guest.Run("echo 0 > /sys/devices/system/cpu/cpu1/online");
        Assert.Equal("1", guest.Run("nproc"));
        guest.Run("echo 1 > /sys/devices/system/cpu/cpu1/online");
        Assert.Equal("2", guest.Run("nproc"));
    }
}
