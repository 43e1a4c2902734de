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
        const int DiskMiB = 64;
        string disk = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(disk))
                file.SetLength(DiskMiB << 20);
            using Machine machine = Machine.Boot(Machine.Build(Path.Combine(Workspace.Root, "tests/descriptions/devices.toml")).Machine with { Cpu = cpu, Disk = disk });
            Guest guest = new Guest(machine).Login();

            guest.Run("head -c 24000000 /dev/urandom > /tmp/data && dd if=/tmp/data of=/dev/vda bs=1M seek=8 && sync && echo 3 > /proc/sys/vm/drop_caches");
            string written = guest.Run("sha256sum < /tmp/data");
            Assert.Equal(written, guest.Run("dd if=/dev/vda bs=1M skip=8 2>/dev/null | head -c 24000000 | sha256sum"));
            Assert.Contains("vda", guest.Run("cat /proc/partitions"));

            guest.Run("ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2");
            guest.Run("ping -c 3 10.0.2.2");
            string interrupts = guest.Run("grep -E 'virtio[23]' /proc/interrupts");
            Assert.Contains(" 36 ", interrupts);
            Assert.Contains(" 37 ", interrupts);
            Assert.DoesNotMatch("refused", machine.Text);
            guest.Type("poweroff\n");
            machine.ExpectOff();
        }
        finally
        {
            File.Delete(disk);
        }
    }
}
