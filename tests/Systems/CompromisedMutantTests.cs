using System.Buffers.Binary;
using Redoubt.Abi;
using Redoubt.Image;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The attacks of <see cref="CompromisedTests"/> against phones that lack one defence: each succeeds. So the tests test something.</summary>
public sealed class CompromisedMutantTests
{
    // Instructions (Arm ARM C6.2).
    private const uint MoveZero = 0x5280_0000, CopySurface = 0xaa03_03e2;
    private const uint LoadStrip = 0xf940_03a2, KeepPeace = 0xf900_0260, AnyOffset = 0xffc0_03ff, ClearByte = 0x3820_d81f, AnyRegisters = 0xffe0_fc1f;

    // cbnz w2, and its bits that matter
    private const uint BranchIfDifferent = 0x3500_0002, BranchMask = 0xff00_001f;

    private const ulong PageSize = 0x1000, AddressMask = 0x0000_ffff_ffff_f000;
    private const int EntrySize = 8;

    private static readonly Dictionary<string, (Func<CompromisedPhone> Boot, Action<CompromisedPhone> Attack, string Breach)> s_mutants = new()
    {
        ["the strip's rows are the client's"] = (
            () => Mutant(new KernelMutant("Ui").Replace("Ui_Redoubt_Ui_Program__Prepare", LoadStrip, AnyOffset, _ => CopySurface)),
            ScreenAttacks.PaintOverTheStrip,
            "painted the strip"),
        ["input goes to the first screen"] = (
            () => Mutant(new KernelMutant("Ui").Begin("Ui_Redoubt_Ui_Focus__Press", MoveZero, KernelMutant.Return)),
            phone => ScreenAttacks.LogKeys(phone, new InputLog(phone)),
            "Linux hears"),
        ["the pinpad sends something for each key"] = (
            () => Mutant(new KernelMutant("PinPad").Become("PinPad_Redoubt_PinPad_Program__Decide", "PinPad_Redoubt_PinPad_Session__HangUp")),
            phone => ScreenAttacks.LogKeys(phone, new InputLog(phone)),
            "the pinpad sends to Linux"),
        ["Linux's window has a page of the pinpad's screen"] = (
            () => Mutant(change: (bytes, image) => Share(bytes, image, "tables of linux", Screen(image), 1)),
            MemoryAttacks.ReadTheScreen,
            "Linux's window shows"),
        ["devices of Linux reach a page of the pinpad's screen"] = (
            () => Mutant(change: (bytes, image) => Share(bytes, image, "DMA tables of linux", Screen(image), 1)),
            MemoryAttacks.ReadTheScreen,
            "the disk reads"),
        ["Linux has the kernel's code"] = (
            () => Mutant(change: (bytes, image) => Widen(bytes, image, image.Map.Areas.Single(area => area is { Owner: "kernel", Purpose: "code" }))),
            MemoryAttacks.ReadMemory,
            "no bus error"),
        ["Linux has the pinpad's data"] = (
            () => Mutant(change: (bytes, image) => Widen(bytes, image, Data(image))),
            MemoryAttacks.SearchForThePin,
            "memory that Linux, its devices or its monitor reach"),
        ["devices of Linux reach the pinpad's data"] = (
            () => Mutant(change: (bytes, image) => Share(bytes, image, "DMA tables of linux", Data(image))),
            MemoryAttacks.SearchForThePin,
            "memory that Linux, its devices or its monitor reach"),
        ["digits are not forgotten"] = (
            () => Mutant(new KernelMutant("PinPad").Replace("PinPad_Redoubt_PinPad_Interaction_Entry__Wipe", ClearByte, AnyRegisters, _ => KernelMutant.Nop)),
            MemoryAttacks.SearchForThePin,
            "after the entry"),
        ["requests to the bank are not forgotten"] = (
            () => Mutant(new KernelMutant("PinPad")
                .Replace("PinPad_Redoubt_PinPad_Session__End", ClearByte, AnyRegisters, _ => KernelMutant.Nop)
                .Replace("PinPad_Redoubt_PinPad_Session__Wipe", ClearByte, AnyRegisters, _ => KernelMutant.Nop)),
            MemoryAttacks.SearchForThePin,
            "after the entry"),
        ["V registers are not loaded"] = (
            () => Mutant(new KernelMutant().Begin("context_load_simd", KernelMutant.Return)),
            MemoryAttacks.WatchVectors,
            "vector registers have"),
        ["an entry that was sent away comes again at once"] = (
            () => Mutant(new KernelMutant("Ui").Replace("Ui_Redoubt_Ui_Focus__Attend", KeepPeace, AnyOffset, _ => KernelMutant.Nop)),
            RequestAttacks.Flood,
            "an entry comes before|attention key does not lead"),
        ["the attention key does nothing in an entry"] = (
            () => Mutant(new KernelMutant("Ui").Begin("Ui_Redoubt_Ui_Focus__Attend", MoveZero, KernelMutant.Return)),
            RequestAttacks.Flood,
            "attention key does not lead"),
        ["records are not authenticated"] = (
            () => Mutant(new KernelMutant("PinPad").Replace("gcm_decrypt", BranchIfDifferent, BranchMask, _ => KernelMutant.Nop)),
            RelayAttacks.ChangeEachPiece,
            "can be changed"),
        ["an entry has no end"] = (
            () => Mutant(new KernelMutant("PinPad").Begin("PinPad_Redoubt_PinPad_Program__TimeOut", KernelMutant.Return)),
            RequestAttacks.LeaveAlone,
            "nobody answers stays"),
    };

    public static TheoryData<string> Mutants => [.. s_mutants.Keys];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void AMissingDefenceIsABreach(string mutant)
    {
        (Func<CompromisedPhone> boot, Action<CompromisedPhone> attack, string breach) = s_mutants[mutant];
        using CompromisedPhone phone = boot();
        Assert.Matches(breach, Assert.Throws<BreachException>(() => attack(phone)).Message);
    }

    private static CompromisedPhone Mutant(KernelMutant? program = null, Action<byte[], SystemImage>? change = null) => new(program, change);

    private static PlacedArea Screen(SystemImage image) => image.Map.Areas.Single(area => area is { Owner: "pinpad", Purpose: "screen" });

    private static PlacedArea Data(SystemImage image) => image.Map.Areas.Single(area => area is { Owner: "pinpad", Purpose: "zeroed data" });

    /// <summary>The last pages of Linux's window become the last ones of another area.</summary>
    private static void Share(byte[] bytes, SystemImage image, string tables, PlacedArea other, ulong pages = ulong.MaxValue)
    {
        PlacedArea window = Window(image);
        for (ulong page = 1; page <= Math.Min(pages, other.Size / PageSize); page++)
            Write(bytes, Entry(bytes, image, tables, window.End - page * PageSize), other.End - page * PageSize);
    }

    /// <summary>Behind Linux's window, where nothing was, an area follows.</summary>
    private static void Widen(byte[] bytes, SystemImage image, PlacedArea other)
    {
        int last = Entry(bytes, image, "tables of linux", Window(image).End - PageSize);
        for (int page = 1; page <= (int)(other.Size / PageSize); page++)
        {
            bytes.AsSpan(last, EntrySize).CopyTo(bytes.AsSpan(last + page * EntrySize));
            Write(bytes, last + page * EntrySize, other.Address + (ulong)(page - 1) * PageSize);
        }
    }

    private static PlacedArea Window(SystemImage image) => image.Map.Areas.Single(area => area is { Owner: "linux", Purpose: "screen" });

    /// <summary>Where the tables have the entry of a page, by what it maps (Arm DDI 0487, D8.3).</summary>
    private static int Entry(byte[] bytes, SystemImage image, string tables, ulong page)
    {
        PlacedArea area = image.Map.Areas.Single(area => area.Purpose == tables);
        int start = (int)(area.Address - Layout.LoadBase);
        return Enumerable.Range(0, (int)area.Size / EntrySize).Select(i => start + i * EntrySize).Single(at => (BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)) & (AddressMask | 1)) == (page | 1));
    }

    private static void Write(byte[] bytes, int entry, ulong address)
    {
        ulong attributes = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(entry)) & ~AddressMask;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(entry), attributes | address);
    }
}
