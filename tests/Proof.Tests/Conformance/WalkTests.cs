using Redoubt.Image;
using Redoubt.Kernel;
using Redoubt.Proof.Check;
using Redoubt.Proof.Check.Boot;
using Redoubt.Tool.Builds;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// The walk of translation tables that <c>check</c> relies on, that of <c>inspect</c>, and that of the executed boot, against the hardware's address translation:
/// AT S12E1R and AT S12E1W for stage 2, AT S1E2R and AT S1E2W for the kernel's own stage 1, and instruction fetches.
/// </summary>
public sealed class WalkTests
{
    /// <summary>Random addresses for each stage.</summary>
    internal const int States = 10_000;

    private const int Seed = 4, Trees = 100;

    // VTCR_EL2, TCR_EL2, MAIR_EL2, SCTLR_EL2 as in Boot.S; SCTLR_EL2 without WXN, since the harness is in memory that it writes
    private const ulong Vtcr = 0x8002_3559, Tcr = 0x8082_3519, Mair = 0x04ff, Sctlr = 0x30c5_183f;

    // PAR_EL1: F, PA, FST without its level, ATTR (Arm ARM, D19.2.104)
    private const ulong Failed = 1, OutputBits = 0x0000_ffff_ffff_f000, TranslationFault = 1, PermissionFault = 3, KindBits = 0xf;
    private const int KindShift = 3, TypeShift = 56;
    private const ulong NormalType = 0xff, DeviceType = 0x04;

    // ESR_EL2.EC: the instruction that was put there, HVC, was carried out; it could not be fetched
    private const ulong HvcTaken = 0x16, FetchFailed = 0x20;
    private const int ClassShift = 26;

    /// <summary>Memory where an instruction may be put.</summary>
    private const ulong FreeMemory = 0x6000_0000, EndOfMemory = 0x8000_0000;

    private static readonly Rights[] AllRights = [.. Enumerable.Range(0, 16).Select(rights => (Rights)rights)];

    /// <summary>A tree of tables as each of the walks sees it.</summary>
    private sealed record Tree(ulong Root, StageTables Checked, IReadOnlyList<MappedRange> Inspected, Translation Booted);

    [Theory]
    [InlineData(Harness.Plain, 1)]
    [InlineData(Harness.Plain, 2)]
    [InlineData(Harness.Extended, 1)]
    [InlineData(Harness.Extended, 2)]
    public void TheWalkFindsWhatTheHardwareFinds(string processor, int stage)
    {
        Random random = new(Seed);
        byte[] shipped = File.ReadAllBytes(BuiltSystem.Build("hello", null, _ => { }).Path);
        ulong place = (Layout.LoadBase + (ulong)shipped.Length + Units.Page - 1) & ~(Units.Page - 1);
        RandomTables tables = new(random, place, stage, Trees);
        Tree[] trees = Read(shipped, tables, place, stage);

        byte[] batch = new byte[(States + 1) * WalkRecord.Size];
        ulong[] head = [States, (ulong)stage, ControlRegisters.CacheableGuestHcr, stage == 1 ? Tcr : Vtcr, Mair, Sctlr];
        Buffer.BlockCopy(head, 0, batch, 0, head.Length * sizeof(ulong));
        for (int state = 0; state < States; state++)
        {
            Fill(random, trees[state % Trees], At(batch, state));
        }

        using Harness harness = new("walk.S", processor);
        byte[] result = harness.Run(batch, (place, tables.Bytes));
        int accepted = Enumerable.Range(0, States).Count(state => Compare(trees[state % Trees], stage, At(result, state)));
        Assert.True(accepted > States / 4, $"only {accepted} of the addresses are mapped with attributes that the check accepts");
    }

    private static WalkRecord At(byte[] batch, int state) => new(batch.AsMemory((state + 1) * WalkRecord.Size, WalkRecord.Size));

    /// <summary>Appends tables to an image and walks them.</summary>
    private static Tree[] Read(byte[] shipped, RandomTables tables, ulong place, int stage)
    {
        byte[] bytes = new byte[(int)(place - Layout.LoadBase) + tables.Bytes.Length];
        shipped.CopyTo(bytes, 0);
        tables.Bytes.CopyTo(bytes, (int)(place - Layout.LoadBase));
        CheckedImage image = CheckedImage.Read(bytes, "random tables");
        BootMemory memory = new(image);
        memory.Place(place, tables.Bytes);
        Facts facts = new();
        Tree[] trees =
        [
            .. tables.Roots.Select(root => new Tree(
                root,
                StageTables.Walk(image, facts, "random tables", root),
                TableWalk.Walk(bytes, Layout.LoadBase, stage == 1 ? Stage.One : Stage.Two, root),
                new Translation(memory, register => register == BootRegisters.Ttbr0El2 ? root : register == BootRegisters.MairEl2 ? Mair : Sctlr))),
        ];
        Assert.Empty(facts.Refusals);
        Array.ForEach(trees, tree => tree.Booted.Switch(Sctlr));
        return trees;
    }

    /// <summary>An address that is mapped, or any.</summary>
    private static void Fill(Random random, Tree tree, WalkRecord record)
    {
        Leaf any = tree.Checked.Leaves[random.Next(tree.Checked.Leaves.Count)];
        record.Root = tree.Root;
        record.Address = (random.Next(4) == 0 ? (ulong)random.NextInt64(1L << 39) : any.Input + (ulong)random.NextInt64((long)any.Size)) & ~3UL;
        if (tree.Checked.At(record.Address) is { } leaf && leaf.Output + (record.Address - leaf.Input) is >= FreeMemory and < EndOfMemory and var output)
            record.Output = output;
    }

    /// <summary>Compares one translation; true if it is of a descriptor whose attributes the check accepts.</summary>
    private static bool Compare(Tree tree, int stage, WalkRecord record)
    {
        ulong address = record.Address;
        string where = $"0x{address:x} by 0x{record.Root:x}, PAR {record.ForReading:x} and {record.ForWriting:x}, fetch {record.Syndrome:x}";
        MappedRange? range = tree.Inspected.FirstOrDefault(range => address >= range.Virtual && address - range.Virtual < range.Size);
        if (tree.Checked.At(address) is not { } leaf)
        {
            Assert.True(range is null && Fails(record.ForReading, TranslationFault) && Fails(record.ForWriting, TranslationFault), $"{where}: nothing is mapped");
            if (stage == 1)
                Assert.Throws<BootException>(() => tree.Booted.Of(address));
            return false;
        }

        // Reading is no right of its own at stage 1.
        Rights always = stage == 1 ? Rights.Read : 0;
        Rights[] accepted = [.. AllRights.Where(rights => rights.HasFlag(always) && (stage == 1 ? Attributes.Differ1(leaf.Descriptor, rights) : Attributes.Differ2(leaf.Descriptor, rights)) is null)];
        if (accepted.Length == 0)
            return false;

        Rights rights = Assert.Single(accepted);
        ulong output = (leaf.Output + (address - leaf.Input)) & OutputBits;
        bool writes = rights.HasFlag(Rights.Write), executes = rights.HasFlag(Rights.Execute), device = rights.HasFlag(Rights.Device);
        bool AsExpected(ulong par, Rights needed) => rights.HasFlag(needed) ? Finds(par, output, device) : Fails(par, PermissionFault);
        Assert.True(AsExpected(record.ForReading, Rights.Read) && AsExpected(record.ForWriting, Rights.Write), $"{where}: {leaf.Descriptor:x} is {rights}");
        if (stage == 1)
            Assert.Equal(new Translation.Entry(output, writes, executes, device), tree.Booted.Of(address));
        else if (record.Output != 0 && !device)
            Assert.True(record.Syndrome >> ClassShift == (executes ? HvcTaken : FetchFailed), $"{where}: {leaf.Descriptor:x} is {rights}");
        Access access = (rights.HasFlag(Rights.Read) ? Access.Read : 0) | (writes ? Access.Write : 0) | (executes ? Access.Execute : 0);
        Assert.True(range is not null && range.Access == access && range.Device == device && ((range.Physical + (address - range.Virtual)) & OutputBits) == output, $"{where}: {rights}, and inspect finds {range}");
        return true;
    }

    private static bool Fails(ulong par, ulong kind) => (par & Failed) != 0 && ((par >> KindShift) & KindBits) == kind;

    private static bool Finds(ulong par, ulong output, bool device) =>
        (par & Failed) == 0 && (par & OutputBits) == output && par >> TypeShift == (device ? DeviceType : NormalType);
}
