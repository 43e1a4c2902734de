using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>What a monitor is told of its guest, and a bare guest of the control of itself.</summary>
internal sealed partial class ManifestCheck
{
    private const string Pristine = "pristine ";

    private void CheckGuest(ReadOnlySpan<LoadEntry> loads)
    {
        GuestInfo guest = _manifest.Guest;
        int controlled = _partition.Kind == PartitionKind.Bare ? _index : _image.GuestOf(_partition) is { } served ? _image.IndexOf(served.Name) : -1;
        if (controlled < 0)
            return;
        ulong vcpus = _image.Configuration.VcpuCount(new Word((ulong)controlled)).Value;
        Require(guest.VcpuCount == vcpus, $"{vcpus} vCPUs are its to control, not {guest.VcpuCount}");
        Require(HoldsForEach(guest.VcpuSlot, controlled, Capability.Vcpu, 0), $"slots from {guest.VcpuSlot} on do not control them");
        if (_partition.Kind == PartitionKind.Monitor)
            CheckServed(guest, controlled, loads);
    }

    private void CheckServed(GuestInfo guest, int index, ReadOnlySpan<LoadEntry> loads)
    {
        string name = _image.Map.Partitions[index].Name;
        Require(guest.Present == 1 && IsName(guest.Name, name), $"its guest is {name}");
        Require(guest.Restart <= RestartPolicy.Always, $"{guest.Restart} does not say when its guest starts anew");
        Require(_tables.SeenAt(guest.RamBase) is (var ram, 0) && ram.Owner == name && ram.Purpose == "memory" && ram.Size == guest.RamSize,
            $"0x{guest.RamSize:x} bytes at 0x{guest.RamBase:x} are not its guest's memory");
        foreach (ulong vcpu in _image.VcpusOf(index))
        {
            Require(_image.Configuration.Entry(new Word(vcpu)).Value == guest.Entry && _image.Configuration.Context(new Word(vcpu)).Value == guest.Context,
                $"its guest starts at 0x{guest.Entry:x} with x0 = 0x{guest.Context:x}, not so vCPU {vcpu} by the configuration");
        }

        List<PlacedArea> left = [.. _image.Map.Areas.Where(area => area.Owner == _partition.Name && area.Purpose.StartsWith(Pristine, StringComparison.Ordinal))];
        for (int i = 0; i < loads.Length; i++)
        {
            LoadEntry load = loads[i];
            PlacedArea? source = load.Size > 0 && _tables.SeenAt(load.Source) is (var area, 0) && left.Remove(area) ? area : null;
            Require(load.Size == 0 || (source is not null && load.Size <= source.Size && source.Size - load.Size < Page),
                $"piece {i}: 0x{load.Size:x} bytes at 0x{load.Source:x} are no pristine image of its own");
            Require(load.Destination >= guest.RamBase && Fits(guest.RamSize, load.Destination - guest.RamBase, load.Size, load.Zero), $"piece {i} does not end in its guest's memory");
            foreach (LoadEntry other in loads[..i])
            {
                Require(load.Destination >= other.Destination + other.Size + other.Zero || other.Destination >= load.Destination + load.Size + load.Zero,
                    $"piece {i} goes to 0x{load.Destination:x}, where another one goes");
            }
        }

        foreach (PlacedArea area in left)
        {
            Require(false, $"the {area.Purpose} is not told of");
        }

        Require(Any(loads, load => guest.Entry >= load.Destination && guest.Entry - load.Destination < load.Size), $"its guest starts at 0x{guest.Entry:x}, where nothing is copied");
        Require(Any(loads, load => guest.Context == load.Destination), $"its guest's x0 is 0x{guest.Context:x}, where no piece begins");
    }

    private static bool Any(ReadOnlySpan<LoadEntry> loads, Predicate<LoadEntry> holds)
    {
        foreach (LoadEntry load in loads)
        {
            if (holds(load))
                return true;
        }

        return false;
    }

    /// <summary>Parts, one after the other, end within a size, without overflow.</summary>
    private static bool Fits(ulong size, params ReadOnlySpan<ulong> parts)
    {
        foreach (ulong part in parts)
        {
            if (part > size)
                return false;
            size -= part;
        }

        return true;
    }
}
