using System.Security.Cryptography;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>A whole Debian on a disk, with network.</summary>
public sealed class DebianTests
{
    private const int Seed = 1, DownloadSize = 100_000_000;

    /// <summary>1 GiB on the disk is so many pieces of so many MiB, each another part of what was fetched.</summary>
    private const int Pieces = 16, PieceSize = 64;

    private static readonly string s_pieces = $"(for i in $(seq 0 {Pieces - 1}); do";

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);

    [Fact]
    public void BootsWithoutAFailedUnitFetchesFromTheHostAndKeepsWhatItWrites()
    {
        QemuMachine debian = Machine.Build("debian").MachineWithDisk();
        DateTime made = File.GetLastWriteTimeUtc(debian.Disk!);
        using (Machine machine = Machine.Boot(debian))
        {
            Guest guest = new Guest(machine).LoginAsRoot(s_long);
            Assert.Equal("running", guest.Run("systemctl is-system-running --wait", s_long));
            Assert.Equal("", guest.Run("systemctl --failed --plain --no-legend"));
            Assert.Contains("systemd", guest.Run("cat /proc/1/comm"));
            Assert.Matches("^ii +systemd ", guest.Run("dpkg-query -l systemd | tail -n 1"));
            Assert.Equal("", guest.Run("dpkg --audit; apt-get check -qq", s_long));
            Assert.Equal("2", guest.Run("nproc"));
            Assert.InRange(int.Parse(guest.Run("grep -oP '^MemTotal: +\\K[0-9]+' /proc/meminfo")), 2 << 20, 3 << 20);

            byte[] data = new byte[DownloadSize];
            new Random(Seed).NextBytes(data);
            using (HostServer server = new(data))
            {
                guest.Run("/usr/lib/systemd/systemd-networkd-wait-online --timeout=0", s_long);
                guest.Run($"wget -q -O /dev/shm/data {server.Url}", s_long);
                Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(data)), guest.Run("sha256sum /dev/shm/data", s_long));
                Assert.True(server.HasServed);
            }

            // Past the guest's cache, both ways.
            guest.Run($"{s_pieces} dd status=none bs=1M count={PieceSize} if=/dev/shm/data skip=$i of=written seek=$((i * {PieceSize})) oflag=direct conv=notrunc || exit; done)", s_long);
            Assert.Equal($"{1 << 30}", guest.Run("stat -c %s written"));
            guest.Run(
                $"{s_pieces} dd status=none bs=1M count={PieceSize} if=written skip=$((i * {PieceSize})) iflag=direct of=/dev/shm/piece"
                + $" && cmp -i 0:$((i << 20)) -n {PieceSize << 20} /dev/shm/piece /dev/shm/data || exit; done)",
                s_long);

            Assert.DoesNotContain("refused", machine.Text);
            guest.Type("poweroff\n");
            machine.ExpectOff(s_long);
        }

        Assert.Equal(made, File.GetLastWriteTimeUtc(debian.Disk!));
    }
}
