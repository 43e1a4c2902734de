using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>What is in a guest's RAM when it starts: kernel, initial RAM disk and device tree.</summary>
/// <param name="Entry">PC of the first vCPU.</param>
/// <param name="Context">Its x0: where the device tree lies.</param>
/// <param name="Pieces">What is copied into RAM.</param>
internal sealed record GuestMemory(ulong Entry, ulong Context, IReadOnlyList<GuestPiece> Pieces)
{
    /// <summary>What a manifest has room for.</summary>
    private static readonly int MostPieces = Unsafe.SizeOf<LoadEntries>() / Unsafe.SizeOf<LoadEntry>();

    /// <summary>
    /// Kernel first, initial RAM disk on the next page, device tree in the next 2 MiB block: within what Linux demands
    /// (Documentation/arch/arm64/booting.rst).
    /// </summary>
    /// <exception cref="UserError">They don't fit.</exception>
    public static GuestMemory Lay(PartitionDescription guest, MemoryRange ram, IEnumerable<BoardDevice> devices, IEnumerable<int> virtio, BoardDisplay? display, ArtifactReader artifacts)
    {
        Sourced<string> source = guest.Image!;
        GuestImage image = GuestImage.Parse(artifacts.Image(guest.Name, source), ram, $"{guest.Name}: {source.Value}", source.At);
        List<GuestPiece> pieces = [.. image.Pieces];
        CheckFits(guest, source, image.End, ram);

        MemoryRange? initrd = null;
        ulong end = image.End.AlignUp(Units.Page);
        if (guest.Initrd is { } disk)
        {
            byte[] content = artifacts.Image(guest.Name, disk);
            initrd = new MemoryRange { Address = end, Size = (ulong)content.Length };
            pieces.Add(new GuestPiece("initrd", end, content, 0));
            end += (ulong)content.Length;
            CheckFits(guest, disk, end, ram);
        }

        byte[] tree = GuestTree.Build((int)guest.VcpuCount.Value, ram, initrd, guest.CommandLine?.Value ?? "", devices, virtio, display);
        end = end.AlignUp(Units.Block);
        pieces.Add(new GuestPiece("device tree", end, tree, 0));
        CheckFits(guest, guest.Initrd ?? source, end + (ulong)tree.Length, ram);
        if (pieces.Count > MostPieces)
            throw new UserError(source.At, $"{guest.Name}: {source.Value} has {image.Pieces.Count} segments; with what is added more than {MostPieces} pieces");
        return new GuestMemory(image.Entry, end, pieces);
    }

    /// <summary>Refuses what ends beyond the guest's RAM.</summary>
    public static void CheckFits(PartitionDescription guest, Sourced<string> source, ulong end, MemoryRange ram)
    {
        if (end > ram.Address + ram.Size)
        {
            ulong needed = (end - ram.Address).AlignUp(Units.MiB);
            throw new UserError(source.At, $"{guest.Name}: {source.Value} is too large: it needs memory = {needed / Units.MiB}, {guest.Name} has {ram.Size / Units.MiB} (line {guest.Memory!.At.Line})");
        }
    }
}
