namespace Redoubt.Image;

/// <summary>What may be done with mapped memory.</summary>
[Flags]
public enum Access
{
    /// <summary>Reading.</summary>
    Read = 1,

    /// <summary>Writing.</summary>
    Write = 2,

    /// <summary>Executing.</summary>
    Execute = 4,
}

/// <summary>An area as a partition or the kernel sees it.</summary>
internal sealed record Mapping(Area Area, ulong Virtual, Access Access);

/// <summary>A stretch of memory that translation tables map: contiguous on both sides, one kind of access.</summary>
/// <param name="Virtual">Intermediate physical address, or the kernel's virtual address.</param>
/// <param name="Physical">Physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Access">What may be done.</param>
/// <param name="Device">Whether it is mapped as device memory.</param>
public sealed record MappedRange(ulong Virtual, ulong Physical, ulong Size, Access Access, bool Device);
