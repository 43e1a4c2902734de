namespace Redoubt.Image;

/// <summary>The machine's physical address space: every area gets a place of its own.</summary>
internal sealed class PhysicalMemory(ulong start, ulong end, ulong size)
{
    private readonly List<Area> _areas = [];

    /// <summary>Areas by address.</summary>
    public IReadOnlyList<Area> Areas => _areas;

    /// <summary>Puts an area at a fixed address.</summary>
    /// <exception cref="UserError">Another area is there.</exception>
    public void Fix(Area area, ulong address)
    {
        area.Address = address;
        if (_areas.Find(other => other.Address < area.End && address < other.End) is { } other)
            throw new UserError(area.At, $"{area} overlaps {other}");
        Insert(area);
    }

    /// <summary>Puts an area at an address that the user chose.</summary>
    /// <exception cref="UserError">Another area is there, or no free memory.</exception>
    public void FixInside(Area area, ulong address)
    {
        if (address < start || address + area.Size > end)
            throw new UserError(area.At, $"{area.Owner}'s {area.Purpose} (0x{address:x} to 0x{address + area.Size:x}) is not within the machine's free memory, 0x{start:x} to 0x{end:x}");
        Fix(area, address);
    }

    /// <summary>Puts an area into the first gap that holds it.</summary>
    /// <param name="area">The area.</param>
    /// <param name="least">Its address is no lower.</param>
    /// <exception cref="UserError">There is none.</exception>
    public void Place(Area area, ulong least = 0)
    {
        ulong address = Math.Max(start, least).AlignUp(area.Alignment);
        foreach (Area other in _areas.Where(other => other.End > start))
        {
            if (address + area.Size <= other.Address)
                break;
            address = Math.Max(address, other.End).AlignUp(area.Alignment);
        }

        if (address + area.Size > end)
            throw new UserError(area.At, $"memory is full: {area.Owner}'s {area.Purpose} needs {Units.Text(area.Size)}, the machine has {Units.Text(size)} in all");
        area.Address = address;
        Insert(area);
    }

    private void Insert(Area area)
    {
        int index = _areas.FindIndex(other => other.Address > area.Address);
        _areas.Insert(index < 0 ? _areas.Count : index, area);
    }
}
