using Redoubt.Image;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Tests;

public sealed class QemuMachineTests
{
    [Fact]
    public void SaysWhatTheMachineIs()
    {
        QemuMachine machine = new() { Kernel = "a b.img", Cpu = "max", Cpus = 3, Memory = 128, Extra = ["-icount", "shift=0"] };
        string all = string.Join('|', machine.Arguments);
        Assert.Contains("-M|virt,gic-version=3,virtualization=on|", all);
        Assert.Contains("|-cpu|max|-smp|3|-m|128|", all);
        Assert.EndsWith("|-kernel|a b.img|-icount|shift=0", all);
    }

    [Fact]
    public void DevicesOfAMachineWithAnSmmuAreBehindIt()
    {
        QemuMachine machine = new() { Kernel = "k", Smmu = true, Disk = "a,b" };
        string all = string.Join('|', machine.Arguments);
        Assert.Contains("|virt,gic-version=3,virtualization=on,iommu=smmuv3|", all);
        Assert.Contains("|if=none,id=disk,format=raw,file=a,,b|", all);
        Assert.All(machine.Arguments.Where(argument => argument.StartsWith("virtio-", StringComparison.Ordinal)), device => Assert.Contains("iommu_platform=on", device));
        Assert.Equal(2, machine.Arguments.Count(argument => argument.StartsWith("virtio-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(DiskWrites.Keep, "format=raw,file=d")]
    [InlineData(DiskWrites.KeepInTheEnd, "format=raw,cache=unsafe,file=d")]
    [InlineData(DiskWrites.Discard, "format=raw,snapshot=on,file=d")]
    public void WhatIsWrittenToTheDiskIsKeptOrNot(DiskWrites writes, string option)
    {
        QemuMachine machine = new() { Kernel = "k", Disk = "d", DiskWrites = writes };
        Assert.Contains($"if=none,id=disk,{option}", machine.Arguments);
    }

    [Fact]
    public void AMachineWithADisplayHasItWhereTheBoardSays()
    {
        Board board = Board.Load(Path.Combine(Workspace.Root, "boards/qemu-virt/board.toml"));
        QemuMachine machine = new() { Kernel = "k", Display = board.Display, Control = "/tmp/control" };
        string all = string.Join('|', machine.Arguments);
        Assert.Contains("|-display|none|", all);
        Assert.Contains("|-qmp|unix:/tmp/control,server=on,wait=off|", all);
        Assert.Contains($",xres={board.Display!.Width},yres={board.Display.Height}|", all);
        // QEMU's transports follow each other, as the board's first eight do.
        foreach ((string name, string device) in new[] { ("gpu", "virtio-gpu-device"), ("keyboard", "virtio-keyboard-device"), ("touch", "virtio-tablet-device") })
        {
            ulong transport = (board.Devices[name].Registers.Address - 0x0a00_0000) / 0x200;
            Assert.Contains($"|{device},bus=virtio-mmio-bus.{transport}", all);
        }

        Assert.DoesNotContain("virtio-gpu", string.Join('|', new QemuMachine { Kernel = "k" }.Arguments));
    }

    [Fact]
    public void WhoIsNotThereCannotBeReached()
    {
        using MachineControl control = new();
        QemuMachine machine = new() { Kernel = "/dev/null", Extra = ["-S"], Control = control.Socket };
        using (RunningMachine running = RunningMachine.Start(machine))
        {
            Assert.Equal("prelaunch", control.Execute("query-status")["status"]!.GetValue<string>());
            Assert.Contains("refuses", Assert.Throws<UserError>(() => control.Execute("no-such-command")).Message);
        }

        Assert.Contains("can't be reached", Assert.Throws<UserError>(() => control.Key("a", true)).Message);
    }

    [Fact]
    public void AMachineThatCannotStartSaysWhy()
    {
        using RunningMachine running = RunningMachine.Start(new QemuMachine { Kernel = "/nowhere" });
        Assert.NotEqual(0, running.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Contains("/nowhere", running.Errors);
    }

    [Fact]
    public void AMachineEndsWithItsObject()
    {
        RunningMachine running = RunningMachine.Start(new QemuMachine { Kernel = "/dev/null", Extra = ["-S"] });
        Assert.Null(running.WaitForExit(TimeSpan.Zero));
        running.Dispose();
        running.Type("nobody reads this"u8);
    }
}
