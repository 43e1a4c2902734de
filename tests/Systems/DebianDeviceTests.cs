using Redoubt.Tool;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Debian's own kernel drives network card and disk behind the SMMU by itself, as it finds them.</summary>
public sealed class DebianDeviceTests
{
    [Theory]
    [InlineData("cortex-a72")]
    [InlineData("max")]
    public void NetworkAndDiskWork(string cpu)
    {
        WithDisk(disk =>
        {
            using Machine machine = Boot(disk, cpu);
            Guest guest = new Guest(machine).Login();

            guest.Run("head -c 6000000 /dev/urandom > /tmp/data && dd if=/tmp/data of=/dev/vda bs=1M seek=8 && sync && echo 3 > /proc/sys/vm/drop_caches");
            string written = guest.Run("sha256sum < /tmp/data");
            Assert.Equal(written, guest.Run("dd if=/dev/vda bs=1M skip=8 2>/dev/null | head -c 6000000 | sha256sum"));
            Assert.Contains("vda", guest.Run("cat /proc/partitions"));

            guest.Run("ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2");
            guest.Run("ping -c 3 10.0.2.2");
            string interrupts = guest.Run("grep -E 'virtio[23]' /proc/interrupts");
            Assert.Contains(" 36 ", interrupts);
            Assert.Contains(" 37 ", interrupts);
            Assert.DoesNotMatch("refused", machine.Text);
            guest.Type("poweroff\n");
            machine.ExpectOff();
        });
    }

    // Linux says so of a device that it finds as after a reset, and of no other.
    [Fact]
    public void DevicesOfAGuestThatStartsAnewAreAsAfterAReset()
    {
        WithDisk(disk =>
        {
            const string Enabled = @"virtio-pci 0000:00:0[12].0: enabling device \(0000 -> 0002\)";
            using Machine machine = Boot(disk, "cortex-a72");
            int from = 0;
            for (int start = 0; start < 3; start++)
            {
                Guest guest = new Guest(machine).Login(from);
                from = machine.ExpectFrom(from, Enabled).Index + 1;
                from = machine.ExpectFrom(from, Enabled).Index + 1;
                guest.Run("ip link set eth0 up; cat /dev/vda > /dev/null");
                from = machine.Mark;
                guest.Type("reboot\n");
            }
        });
    }

    private static Machine Boot(string disk, string cpu) =>
        Machine.Boot(Machine.Build(Path.Combine(Workspace.Root, "tests/descriptions/devices.toml")).Machine with { Cpu = cpu, Disk = disk });

    private static void WithDisk(Action<string> test)
    {
        const int DiskMiB = 64;
        string disk = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(disk))
                file.SetLength(DiskMiB << 20);
            test(disk);
        }
        finally
        {
            File.Delete(disk);
        }
    }
}
