namespace Redoubt.Image;

/// <summary>Where the content of an area comes from at boot.</summary>
public enum Storage
{
    /// <summary>In the image file.</summary>
    File,

    /// <summary>Zeroed by the loader.</summary>
    Zero,

    /// <summary>Left as it is: guest RAM, which the monitor fills.</summary>
    Raw,

    /// <summary>A device's registers.</summary>
    Device,
}

/// <summary>A piece of physical address space that has one owner.</summary>
/// <param name="owner">Partition or part of Redoubt.</param>
/// <param name="purpose">What it is for.</param>
/// <param name="size">Bytes, rounded up to pages.</param>
/// <param name="storage">Where its content comes from.</param>
/// <param name="at">What asked for it.</param>
internal sealed class Area(string owner, string purpose, ulong size, Storage storage, Position at)
{
    public string Owner { get; } = owner;

    public string Purpose { get; } = purpose;

    public ulong Size { get; } = size.AlignUp(Units.Page);

    public Storage Storage { get; } = storage;

    public Position At { get; } = at;

    /// <summary>Set once, by <see cref="PhysicalMemory"/>.</summary>
    public ulong Address { get; set; }

    /// <summary>Content; what lies beyond it in the area is zero.</summary>
    public ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>Other partitions that own it too: the far end of a channel.</summary>
    public string? Sharer { get; init; }

    public ulong End => Address + Size;

    /// <summary>Areas of at least a block begin on one, so that blocks can map them.</summary>
    public ulong Alignment => Math.Max(LeastAlignment, Size >= Units.Block ? Units.Block : Units.Page);

    /// <summary>What hardware demands beyond that, a power of two.</summary>
    public ulong LeastAlignment { get; init; } = Units.Page;

    public override string ToString() => $"{Owner}'s {Purpose} (0x{Address:x} to 0x{End:x}, {(At.Line == 0 ? "fixed" : $"line {At.Line}")})";
}
