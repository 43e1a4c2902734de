using Redoubt.Tool.Debian;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The guest's user space on Debian's kernel without Redoubt: what the other tests take for granted.</summary>
public sealed class NativeTests
{
    [Fact]
    public void BootsToAShellAndPowersOff()
    {
        using Machine machine = Machine.BootNative();
        Guest guest = new Guest(machine).Login();
        Assert.Equal("2", guest.Run("nproc"));
        Assert.Contains("virtio_mmio", guest.Run("lsmod"));
        Assert.Equal((3, ""), guest.Try("(exit 3)"));
        guest.Type("poweroff\n");
        machine.ExpectOff();
    }

    [Fact]
    public void RebootsAndKeepsJobControl()
    {
        using Machine machine = Machine.BootNative(cpus: 1);
        Guest guest = new Guest(machine).Login();
        // The job itself says that it is there: before it has the terminal, the interrupt character would meet the shell.
        guest.Type("sh -c 'echo start\"\"ed; exec sleep 1000'\n");
        machine.Expect("^started");
        guest.Type("\x03");
        Assert.Equal("1", guest.Run("nproc"));
        Assert.DoesNotContain("job control", machine.Text);
        int before = machine.Mark;
        guest.Type("reboot\n");
        guest.Login(before);
    }

    [Fact]
    public void FailuresShowWhatTheMachineSaid()
    {
        using Machine machine = Machine.BootNative(cpus: 1);
        new Guest(machine).Login();
        Exception failure = Assert.ThrowsAny<Exception>(() => machine.Expect("never said", TimeSpan.FromMilliseconds(1)));
        Assert.Contains("never said", failure.Message);
        Assert.Contains(GuestInitramfs.Ready, failure.Message);
    }
}
