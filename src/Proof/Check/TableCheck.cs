using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>
/// Every static table, walked as bytes, says what ownership says: each area whole and once to those who may reach it, with their rights,
/// and nothing to anybody else.
/// </summary>
internal sealed class TableCheck
{
    private const ulong Page = 0x1000;

    /// <summary>Bits of a root table's address in VTTBR_EL2.</summary>
    public const ulong RootBits = 0x0000_007f_ffff_f000;

    private readonly CheckedImage _image;
    private readonly Facts _facts;
    private readonly string _who;
    private readonly StageTables _tables;
    private readonly Func<PlacedArea, Rights?> _rights;
    private readonly Func<ulong, Rights, string?> _differ;

    /// <summary>Of each area, how far input addresses are from output addresses, and how many bytes are mapped.</summary>
    private readonly Dictionary<PlacedArea, (ulong Distance, ulong Size)> _mapped = new(ReferenceEqualityComparer.Instance);

    private TableCheck(CheckedImage image, Facts facts, string who, ulong root, Func<PlacedArea, Rights?> rights, Func<ulong, Rights, string?> differ)
    {
        (_image, _facts, _who, _rights, _differ) = (image, facts, who, rights, differ);
        _tables = StageTables.Walk(image, facts, who, root);
    }

    /// <summary>Checks the tables of all partitions and the kernel's own; returns those of the partitions.</summary>
    public static IReadOnlyList<TableCheck> Run(CheckedImage image, Facts facts)
    {
        List<TableCheck> partitions = [];
        TableCheck kernel = new(image, facts, Ownership.Kernel, image.Configuration.KernelTables.Value, Ownership.OfKernel, Attributes.Differ1);
        kernel.Check(Ownership.KernelTables);
        kernel.IsIdentity();
        for (int i = 0; i < image.Map.Partitions.Count; i++)
        {
            PlacedPartition partition = image.Map.Partitions[i];
            ulong root = image.Configuration.Vttbr(new Word((ulong)i)).Value & RootBits;
            TableCheck check = new(image, facts, partition.Name, root, area => Ownership.OfPartition(image, partition, area), Attributes.Differ2);
            check.Check(Ownership.TablesOf(partition.Name));
            check.MemoryIsWhereGuestsSeeIt(partition);
            check.VcpusStartInside(partition, (ulong)i);
            partitions.Add(check);
        }

        return partitions;
    }

    /// <summary>Checks other tables.</summary>
    /// <param name="image">Holds them.</param>
    /// <param name="facts">Told what is wrong.</param>
    /// <param name="who">Whose they are.</param>
    /// <param name="root">Address of the root.</param>
    /// <param name="purpose">Purpose of the kernel's area that holds them.</param>
    /// <param name="rights">What may be done with an area.</param>
    /// <param name="differ">The part of a descriptor that is not as rights demand.</param>
    public static TableCheck Of(
        CheckedImage image, Facts facts, string who, ulong root, string purpose, Func<PlacedArea, Rights?> rights, Func<ulong, Rights, string?> differ)
    {
        TableCheck check = new(image, facts, who, root, rights, differ);
        check.Check(purpose);
        return check;
    }

    /// <summary>The area that is seen at an address and may be reached, and the place in it; null for none.</summary>
    public (PlacedArea Area, ulong Offset)? SeenAt(ulong input) =>
        _tables.At(input) is { } leaf && leaf.Output + (input - leaf.Input) is var output && _image.AreaAt(output) is { } area && _rights(area) is not null
            ? (area, output - area.Address) : null;

    /// <summary>What these tables map, others map to the same place.</summary>
    public void SeesAs(StageTables others)
    {
        foreach (Leaf leaf in _tables.Leaves)
        {
            _facts.Require("place", others.At(leaf.Input) is { } other && other.Output + (leaf.Input - other.Input) == leaf.Output && leaf.Input + leaf.Size <= other.Input + other.Size,
                () => $"{_who}: entry at 0x{leaf.Entry:x} maps 0x{leaf.Input:x} to 0x{leaf.Output:x}, the owner's tables do not");
        }
    }

    private void Check(string tablesPurpose)
    {
        TablesFillTheirArea(tablesPurpose);
        foreach (Leaf leaf in _tables.Leaves)
        {
            for (ulong done = 0; done < leaf.Size;)
            {
                done += Check(leaf, leaf.Input + done, leaf.Output + done, leaf.Size - done);
            }
        }

        foreach (PlacedArea area in _image.Map.Areas.Where(area => _rights(area) is not null))
        {
            ulong size = _mapped.GetValueOrDefault(area).Size;
            _facts.Require("whole", size == area.Size, () => $"{_who}: 0x{size:x} of 0x{area.Size:x} bytes of {Text(area)} are mapped");
        }
    }

    /// <summary>Checks the part of a leaf that lies in one area; returns its size.</summary>
    private ulong Check(Leaf leaf, ulong input, ulong output, ulong size)
    {
        string Entry() => $"{_who}: entry at 0x{leaf.Entry:x} maps 0x{input:x} to 0x{output:x}";
        if (_image.AreaAt(output) is not { } area)
        {
            _facts.Refuse("owner", $"{Entry()}, which is nobody's");
            return size;
        }

        size = Math.Min(size, area.End - output);
        if (_rights(area) is not { } rights)
        {
            _facts.Refuse("owner", $"{Entry()}, {Text(area)}: not for {_who}");
            return size;
        }

        string? part = _differ(leaf.Descriptor, rights);
        _facts.Require("attributes", part is null, () => $"{Entry()}, {Text(area)}: {part} is wrong for {rights.ToString().ToLowerInvariant()}: 0x{leaf.Descriptor:x}");
        (ulong Distance, ulong Size) mapped = _mapped.TryGetValue(area, out (ulong, ulong) known) ? known : (input - output, 0);
        _facts.Require("place", mapped.Distance == input - output, () => $"{Entry()}, {Text(area)}, of which other pages are at a distance of 0x{mapped.Distance:x}");
        _mapped[area] = (mapped.Distance, mapped.Size + size);
        return size;
    }

    /// <summary>Tables lie in the kernel's area for them, and each page of it is one of them.</summary>
    private void TablesFillTheirArea(string purpose)
    {
        PlacedArea[] areas = _image.Map.Areas.Where(area => area.Owner == Ownership.Kernel && area.Purpose == purpose).ToArray();
        if (!_facts.Require("table", areas.Length == 1, () => $"{_who}: the kernel has {areas.Length} areas called \"{purpose}\""))
            return;
        foreach (ulong page in _tables.Pages.Keys)
        {
            _facts.Require("table", page >= areas[0].Address && page < areas[0].End, () => $"{_who}: the table at 0x{page:x} is outside of {Text(areas[0])}");
        }

        _facts.Require("table", (ulong)_tables.Pages.Count * Page == areas[0].Size, () => $"{_who}: {_tables.Pages.Count} tables, but {Text(areas[0])} has {areas[0].Size / Page} pages");
    }

    /// <summary>The MMU goes on under the kernel's feet.</summary>
    private void IsIdentity()
    {
        foreach (Leaf leaf in _tables.Leaves)
        {
            _facts.Require("place", leaf.Input == leaf.Output, () => $"kernel: entry at 0x{leaf.Entry:x} maps 0x{leaf.Input:x} to 0x{leaf.Output:x}, not to itself");
        }
    }

    /// <summary>A guest's RAM is at the address that its device tree says, in its monitor too; so is its screen.</summary>
    private void MemoryIsWhereGuestsSeeIt(PlacedPartition partition)
    {
        bool IsMemory(PlacedArea area) => area.Purpose is "memory" or "image"
            && (area.Owner == partition.Name || Ownership.IsGuestMemory(_image, partition, area));
        ulong[] starts = _mapped.Where(pair => IsMemory(pair.Key)).Select(pair => pair.Key.Address + pair.Value.Distance).ToArray();
        if (starts.Length > 0)
            _facts.Require("place", starts.Min() == GuestMap.Ram, () => $"{_who}: guest memory begins at 0x{starts.Min():x}, not at 0x{GuestMap.Ram:x}");
        foreach ((PlacedArea area, (ulong distance, _)) in _mapped.Where(pair => partition.Kind == PartitionKind.Guest && pair.Key.Purpose == Ownership.Screen))
        {
            ulong start = area.Address + distance;
            _facts.Require("place", start == GuestMap.Screen, () => $"{_who}: its screen begins at 0x{start:x}, not at 0x{GuestMap.Screen:x}");
        }
    }

    /// <summary>What the kernel starts begins at an instruction of its own memory; a program's x0 is its manifest.</summary>
    private void VcpusStartInside(PlacedPartition partition, ulong index)
    {
        for (ulong vcpu = 0; vcpu < Limits.Vcpus; vcpu++)
        {
            ulong number = vcpu;
            Configuration<Word> configuration = _image.Configuration;
            if (configuration.Used(new Word(vcpu)).Value == 0 || configuration.PartitionOf(new Word(vcpu)).Value != index)
                continue;
            ulong entry = configuration.Entry(new Word(vcpu)).Value, context = configuration.Context(new Word(vcpu)).Value;
            _facts.Require("start", SeenAt(entry) is { } code && _rights(code.Area)!.Value.HasFlag(Rights.Execute),
                () => $"{_who}: vCPU {number} starts at 0x{entry:x}, where it has nothing to execute");
            _facts.Require("start", SeenAt(context)?.Area.Purpose == (partition.Kind == PartitionKind.Guest ? "memory" : "manifest"),
                () => $"{_who}: vCPU {number} starts with x0 = 0x{context:x}, where its {(partition.Kind == PartitionKind.Guest ? "memory" : "manifest")} is not");
            if (partition.Kind != PartitionKind.Guest)
                _facts.Require("start", context == Layout.Manifest, () => $"{_who}: vCPU {number} starts with x0 = 0x{context:x}, not 0x{Layout.Manifest:x}");
        }
    }

    private static string Text(PlacedArea area) => $"{area.Owner}'s {area.Purpose}{(area.Sharer is null ? "" : $" with {area.Sharer}")} (0x{area.Address:x} to 0x{area.End:x})";
}
