using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>The device tree of a guest: the machine that its monitor shows, see <see cref="GuestMap"/>.</summary>
internal static class GuestTree
{
    /// <summary>Interrupt specifier of a GICv3: kind, number within the kind, trigger (bindings: arm,gic-v3).</summary>
    private const uint Shared = 0, Private = 1, LevelHigh = 4;

    private const uint FirstPrivate = 16, FirstShared = 32;

    /// <summary>Phandles of the nodes that others refer to.</summary>
    private const uint Gic = 1, Clock = 2;

    /// <summary>Frequency that PL011's driver divides, as on QEMU's board.</summary>
    private const uint ClockFrequency = 24_000_000;

    private const ulong UartSize = 0x1000;

    /// <summary>Private peripheral interrupts of the timers that EL1 knows: secure, physical, virtual (DEN0094, table 3).</summary>
    private static ReadOnlySpan<uint> Timers => [29, 30, (uint)GuestMap.TimerInterrupt];

    /// <param name="vcpus">Number of vCPUs.</param>
    /// <param name="ram">Base and size of its RAM.</param>
    /// <param name="initrd">Where its initial RAM disk lies, if it has one.</param>
    /// <param name="commandLine">Kernel command line.</param>
    /// <param name="devices">Devices of the board that the guest drives itself, at the board's own addresses.</param>
    /// <param name="virtio">Places of its virtio devices (<see cref="GuestMap"/>).</param>
    /// <param name="display">Where its screen is shown; null if it has none.</param>
    public static byte[] Build(int vcpus, MemoryRange ram, MemoryRange? initrd, string commandLine, IEnumerable<BoardDevice> devices, IEnumerable<int> virtio, BoardDisplay? display)
    {
        string uart = $"pl011@{GuestMap.Uart:x}";
        DeviceTreeNode root = new DeviceTreeNode("")
            .Text("compatible", "redoubt,guest", "linux,dummy-virt")
            .Text("model", "Redoubt guest")
            .Cells("#address-cells", 2)
            .Cells("#size-cells", 2)
            .Cells("interrupt-parent", Gic)
            .Add(Chosen($"/{uart}", commandLine, initrd, display))
            .Add(new DeviceTreeNode($"memory@{ram.Address:x}").Text("device_type", "memory").Wide("reg", ram.Address, ram.Size))
            .Add(Cpus(vcpus))
            .Add(new DeviceTreeNode("psci").Text("compatible", "arm,psci-1.0", "arm,psci-0.2").Text("method", "hvc"))
            .Add(Timer())
            .Add(Controller(vcpus))
            .Add(new DeviceTreeNode("apb-pclk")
                .Text("compatible", "fixed-clock")
                .Cells("#clock-cells", 0)
                .Cells("clock-frequency", ClockFrequency)
                .Text("clock-output-names", "clk24mhz")
                .Cells("phandle", Clock))
            .Add(Peripheral(uart, GuestMap.Uart, UartSize, ["arm,pl011", "arm,primecell"], (uint)GuestMap.UartInterrupt, "uartclk", "apb_pclk"));
        foreach (int place in virtio)
            root.Add(Virtio((uint)place));
        foreach (BoardDevice device in devices)
            root.Add(device.IsPciHost ? PciHost(device) : Peripheral(
                $"{device.Name}@{device.Registers.Address:x}", device.Registers.Address, device.Registers.Size, device.Compatible, (uint?)device.Interrupts.Cast<int?>().SingleOrDefault(), "apb_pclk"));
        return FlattenedTree.Encode(root);
    }

    private static DeviceTreeNode Virtio(uint number)
    {
        ulong address = GuestMap.Virtio + number * GuestMap.VirtioStride;
        return new DeviceTreeNode($"virtio_mmio@{address:x}")
            .Text("compatible", "virtio,mmio")
            .Wide("reg", address, GuestMap.VirtioStride)
            .Cells("interrupts", Shared, (uint)GuestMap.VirtioInterrupt + number - FirstShared, LevelHigh)
            .Flag("dma-coherent");
    }

    private static DeviceTreeNode Chosen(string console, string commandLine, MemoryRange? initrd, BoardDisplay? display)
    {
        // The monitor fills the seed in before each start; 0 means that there is none.
        DeviceTreeNode chosen = new DeviceTreeNode("chosen").Text("stdout-path", console).Wide("kaslr-seed", 0);
        if (commandLine.Length > 0)
            chosen.Text("bootargs", commandLine);
        if (initrd is { } range)
            chosen.Wide("linux,initrd-start", range.Address).Wide("linux,initrd-end", range.Address + range.Size);
        return display is null ? chosen : chosen.Cells("#address-cells", 2).Cells("#size-cells", 2).Flag("ranges").Add(Framebuffer(display));
    }

    /// <summary>The surface of its screen (bindings: display/simple-framebuffer).</summary>
    private static DeviceTreeNode Framebuffer(BoardDisplay display) =>
        new DeviceTreeNode($"framebuffer@{GuestMap.Screen:x}")
            .Text("compatible", "simple-framebuffer")
            .Wide("reg", GuestMap.Screen, display.SurfaceSize)
            .Cells("width", display.Width)
            .Cells("height", display.SurfaceHeight)
            .Cells("stride", display.Width * Abi.Screen.PixelSize)
            .Text("format", "x8r8g8b8");

    private static DeviceTreeNode Cpus(int count)
    {
        DeviceTreeNode cpus = new DeviceTreeNode("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0);
        for (uint i = 0; i < count; i++)
        {
            cpus.Add(new DeviceTreeNode($"cpu@{i:x}")
                .Text("device_type", "cpu")
                .Text("compatible", "arm,armv8")
                .Text("enable-method", "psci")
                .Cells("reg", i));
        }

        return cpus;
    }

    /// <summary>A kernel at EL1 that can't start at EL2 takes the virtual timer of the three.</summary>
    private static DeviceTreeNode Timer()
    {
        List<uint> interrupts = [];
        foreach (uint intid in Timers)
            interrupts.AddRange([Private, intid - FirstPrivate, LevelHigh]);
        return new DeviceTreeNode("timer")
            .Text("compatible", "arm,armv8-timer")
            .Cells("interrupts", interrupts.ToArray())
            .Flag("always-on");
    }

    private static DeviceTreeNode Controller(int vcpus) =>
        new DeviceTreeNode($"intc@{GuestMap.Distributor:x}")
            .Text("compatible", "arm,gic-v3")
            .Flag("interrupt-controller")
            .Cells("#interrupt-cells", 3)
            .Cells("#address-cells", 0)
            .Wide("reg", GuestMap.Distributor, Board.DistributorSize, GuestMap.Redistributors, (ulong)vcpus * GuestMap.RedistributorStride)
            .Cells("phandle", Gic);

    /// <summary>
    /// A PCI host bridge (bindings: pci/host-generic-pci; IEEE 1275 PCI Bus Binding 2.1): memory at the same address on the bus, DMA likewise, and
    /// interrupts by the standard swizzle: pin p of slot s is line (s + p - 1) modulo 4.
    /// </summary>
    private static DeviceTreeNode PciHost(BoardDevice device)
    {
        const uint Memory32 = 0x0200_0000, SlotShift = 11, Lines = 4, PinMask = 7;
        const ulong BusSize = 1 << 20;
        List<uint> ranges = [], map = [];
        foreach (AddressRange window in device.Windows)
            ranges.AddRange([Memory32, .. Pair(window.Address), .. Pair(window.Address), .. Pair(window.Size)]);
        for (uint slot = 0; slot < Lines; slot++)
        {
            for (uint pin = 0; pin < Lines; pin++)
                map.AddRange([slot << (int)SlotShift, 0, 0, pin + 1, Gic, Shared, (uint)device.Interrupts[(int)((slot + pin) % Lines)] - FirstShared, LevelHigh]);
        }

        return new DeviceTreeNode($"pcie@{device.Registers.Address:x}")
            .Text("compatible", device.Compatible)
            .Text("device_type", "pci")
            .Wide("reg", device.Registers.Address, device.Registers.Size)
            .Cells("#address-cells", 3)
            .Cells("#size-cells", 2)
            .Cells("#interrupt-cells", 1)
            .Cells("bus-range", 0, (uint)(device.Registers.Size / BusSize) - 1)
            .Cells("ranges", ranges.ToArray())
            .Cells("interrupt-map-mask", (Lines - 1) << (int)SlotShift, 0, 0, PinMask)
            .Cells("interrupt-map", map.ToArray())
            .Flag("dma-coherent");
    }

    private static uint[] Pair(ulong number) => [(uint)(number >> 32), (uint)number];

    private static DeviceTreeNode Peripheral(
        string name, ulong address, ulong size, IReadOnlyList<string> compatible, uint? interrupt, params string[] clocks)
    {
        DeviceTreeNode node = new DeviceTreeNode(name).Text("compatible", compatible).Wide("reg", address, size);
        if (interrupt is { } intid)
            node.Cells("interrupts", Shared, intid - FirstShared, LevelHigh);
        return node.Cells("clocks", clocks.Select(_ => Clock).ToArray()).Text("clock-names", clocks);
    }
}
