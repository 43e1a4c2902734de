using System.Globalization;

namespace Redoubt.Tool.Machines;

/// <summary>What becomes of what a machine writes to its disk.</summary>
public enum DiskWrites
{
    /// <summary>It is in the file when the machine says that it is.</summary>
    Keep,

    /// <summary>It is in the file when the machine has ended.</summary>
    KeepInTheEnd,

    /// <summary>It is in a temporary file of QEMU's, which goes with the machine.</summary>
    Discard,
}

/// <summary>A machine as QEMU emulates it: the one place that knows QEMU's options. They mean the same from QEMU 7.2 on.</summary>
public sealed record QemuMachine
{
    /// <summary>The emulator.</summary>
    public const string Program = "qemu-system-aarch64";

    /// <summary>What the machine boots: a Linux Image-format file.</summary>
    public required string Kernel { get; init; }

    /// <summary>CPU model.</summary>
    public string Cpu { get; init; } = "cortex-a72";

    /// <summary>Number of CPUs.</summary>
    public int Cpus { get; init; } = 2;

    /// <summary>Memory in MiB.</summary>
    public int Memory { get; init; } = 1024;

    /// <summary>Whether the machine starts at EL2, as Redoubt needs, or at EL1.</summary>
    public bool Virtualization { get; init; } = true;

    /// <summary>Whether it has an SMMU, and behind it a network card: the host's network, addresses translated (QEMU's user mode).</summary>
    public bool Smmu { get; init; }

    /// <summary>Raw file that is the disk, behind the SMMU if there is one; null for none.</summary>
    public string? Disk { get; init; }

    /// <summary>What becomes of what is written to the disk.</summary>
    public DiskWrites DiskWrites { get; init; }

    /// <summary>File that simulates a device's fuses, and the address in memory where the stage before the loader would hand over what they hold; null for none.</summary>
    public (string File, ulong Address)? SimulatedFuses { get; init; }

    /// <summary>Size of its display, beside which it has a keyboard and a touch screen; null for a machine without.</summary>
    public BoardDisplay? Display { get; init; }

    /// <summary>How the display is seen: one of QEMU's display types.</summary>
    public string View { get; init; } = "none";

    /// <summary>Socket for <see cref="MachineControl"/>; null for none.</summary>
    public string? Control { get; init; }

    /// <summary>Folder whose files anybody on the machine's network may read, by TFTP from 10.0.2.2; null for none.</summary>
    public string? Served { get; init; }

    /// <summary>Initial RAM file system; null for none.</summary>
    public string? Initrd { get; init; }

    /// <summary>Kernel command line; null for none.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Further options, such as <c>-icount shift=0</c>, one argument each.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Without this a virtio device of QEMU goes past the SMMU.</summary>
    private const string Confined = "iommu_platform=on,disable-legacy=on";

    /// <summary>The arguments for QEMU: the serial line on standard input and output, where no character is special.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-M", $"virt,gic-version=3,virtualization={(Virtualization ? "on" : "off")}{(Smmu ? ",iommu=smmuv3" : "")}",
        "-cpu", Cpu,
        "-smp", Cpus.ToString(CultureInfo.InvariantCulture),
        "-m", Memory.ToString(CultureInfo.InvariantCulture),
        "-display", View, "-nodefaults", "-no-user-config",
        "-chardev", "stdio,id=console,mux=off,signal=off", "-serial", "chardev:console", "-monitor", "none",
        .. Control is null ? Array.Empty<string>() : ["-qmp", $"unix:{Control},server=on,wait=off"],
        .. Display is null ? Array.Empty<string>() :
        [
            "-global", "virtio-mmio.force-legacy=false",
            "-device", string.Create(CultureInfo.InvariantCulture, $"virtio-gpu-device,bus=virtio-mmio-bus.0,xres={Display.Width},yres={Display.Height}"),
            "-device", "virtio-keyboard-device,bus=virtio-mmio-bus.1", "-device", "virtio-tablet-device,bus=virtio-mmio-bus.2",
        ],
        "-kernel", Kernel,
        .. Smmu ? ["-netdev", "user,id=network" + (Served is null ? "" : $",tftp={Served.Replace(",", ",,", StringComparison.Ordinal)}"), "-device", $"virtio-net-pci,netdev=network,romfile=,{Confined}"] : Array.Empty<string>(),
        .. Disk is null ? Array.Empty<string>() : ["-drive", $"if=none,id=disk,format=raw{Writes},file={Disk.Replace(",", ",,", StringComparison.Ordinal)}", "-device", $"virtio-blk-pci,drive=disk,{Confined}"],
        .. SimulatedFuses is not { } fuses ? Array.Empty<string>() : ["-device", $"loader,file={fuses.File.Replace(",", ",,", StringComparison.Ordinal)},addr=0x{fuses.Address:x},force-raw=on"],
        .. Initrd is null ? Array.Empty<string>() : ["-initrd", Initrd],
        .. CommandLine is null ? Array.Empty<string>() : ["-append", CommandLine],
        .. Extra,
    ];

    private string Writes => DiskWrites switch
    {
        DiskWrites.Discard => ",snapshot=on",
        DiskWrites.KeepInTheEnd => ",cache=unsafe",
        _ => "",
    };
}
