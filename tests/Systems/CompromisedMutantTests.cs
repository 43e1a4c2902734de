using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Redoubt.Abi;
using Redoubt.Image;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// The attacks of <see cref="CompromisedTests"/> against a phone that lacks one defence: each succeeds. So the tests test something. It is one phone, which becomes another
/// while it runs, and what it was again.
/// </summary>
public sealed class CompromisedMutantTests : IClassFixture<CompromisedPhone>
{
    // Instructions (Arm ARM C6.2).
    private const uint MoveZero = 0x5280_0000, CopySurface = 0xaa03_03e2;
    private const uint LoadStrip = 0xf940_03a2, KeepPeace = 0xf900_0260, AnyOffset = 0xffc0_03ff, ClearByte = 0x3820_d81f, AnyRegisters = 0xffe0_fc1f;

    // cbnz w2, and its bits that matter
    private const uint BranchIfDifferent = 0x3500_0002, BranchMask = 0xff00_001f;

    private const string Attend = "Ui_Redoubt_Ui_Focus__Attend";
    private const string DmaTables = "DMA tables of linux";

    private const ulong PageSize = 0x1000, AddressMask = 0x0000_ffff_ffff_f000;
    private const int EntrySize = 8;

    private static readonly Dictionary<string, (Action<CompromisedPhone> Break, Action<CompromisedPhone> Attack, string Breach)> s_mutants = new()
    {
        ["input goes to the first screen"] = (
            phone => Exchange(phone, new ProgramMutant("Ui").Begin("Ui_Redoubt_Ui_Focus__Press", MoveZero, ProgramMutant.Return)),
            ScreenAttacks.LogKeys,
            "Linux hears"),
        ["the pinpad sends something for each key"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad").Become("PinPad_Redoubt_PinPad_Program__Decide", "PinPad_Redoubt_PinPad_Session__HangUp")),
            ScreenAttacks.LogKeys,
            "the pinpad sends to Linux"),
        ["Linux's window has a page of the pinpad's screen"] = (
            phone => phone.Break(null, (bytes, image) => Share(bytes, image, "tables of linux", Screen(image), 1)),
            MemoryAttacks.ReadTheScreen,
            "Linux's window shows"),
        ["devices of Linux reach a page of the pinpad's screen"] = (
            phone => phone.Break(null, (bytes, image) => Share(bytes, image, DmaTables, Screen(image), 1)),
            MemoryAttacks.ReadTheScreen,
            "the disk reads"),
        ["Linux has the kernel's code"] = (
            phone => phone.Break(null, (bytes, image) => Widen(bytes, image, image.Map.Areas.Single(area => area is { Owner: "kernel", Purpose: "code" }))),
            MemoryAttacks.ReadMemory,
            "no bus error"),
        ["devices of Linux reach a page of the pinpad's screen and one of the kernel's configuration"] = (
            phone => phone.Break(null, (bytes, image) =>
            {
                Share(bytes, image, DmaTables, Screen(image), 1);
                Share(bytes, image, DmaTables, image.Map.Areas.Single(area => area.Purpose == "configuration"), 1, behind: 1);
            }),
            MemoryAttacks.WriteMemory,
            "kernel's configuration and pinpad's screen"),
        ["Linux may wake the pinpad"] = (
            phone => phone.Break(null, (bytes, image) => Grant(bytes, image, "linux", Capability.Pack(Capability.Event, image.Config.Partitions[Index(image, "pinpad")].Vcpus[0], 0))),
            KernelAttacks.LoadModule,
            $"granted call {Call.Notify}"),
        ["Linux has the kernel's configuration"] = (
            phone => phone.Break(null, (bytes, image) => Widen(bytes, image, image.Map.Areas.Single(area => area.Purpose == "configuration"))),
            KernelAttacks.LoadModule,
            "reaches memory"),
        ["Linux has the pinpad's data"] = (
            phone => phone.Break(null, (bytes, image) => Widen(bytes, image, Data(image))),
            MemoryAttacks.SearchForThePin,
            "memory that Linux, its devices or its monitor reach"),
        ["devices of Linux reach the pinpad's data"] = (
            phone => phone.Break(null, (bytes, image) => Share(bytes, image, DmaTables, Data(image))),
            MemoryAttacks.SearchForThePin,
            "memory that Linux, its devices or its monitor reach"),
        ["digits are not forgotten"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad").Replace("PinPad_Redoubt_PinPad_Interaction_Entry__Wipe", ClearByte, AnyRegisters, _ => ProgramMutant.Nop)),
            MemoryAttacks.SearchForThePin,
            "after the entry"),
        ["requests to the bank are not forgotten"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad")
                .Replace("PinPad_Redoubt_PinPad_Session__End", ClearByte, AnyRegisters, _ => ProgramMutant.Nop)
                .Replace("PinPad_Redoubt_PinPad_Session__Wipe", ClearByte, AnyRegisters, _ => ProgramMutant.Nop)),
            MemoryAttacks.SearchForThePin,
            "after the entry"),
        ["V registers are not loaded"] = (
            phone => Exchange(phone, new ProgramMutant().Begin("context_load_simd", ProgramMutant.Return)),
            MemoryAttacks.WatchVectors,
            "vector registers have"),
        ["the attention key does nothing in an entry"] = (
            phone => Exchange(phone, new ProgramMutant("Ui").Begin(Attend, MoveZero, ProgramMutant.Return)),
            RequestAttacks.Hold,
            "attention key does not lead"),
        ["records are not authenticated"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad").Replace("gcm_decrypt", BranchIfDifferent, BranchMask, _ => ProgramMutant.Nop)),
            RelayAttacks.ChangeEachPiece,
            "can be changed"),
        ["the pinpad draws the same numbers for each connection"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad").Begin("PinPad_Redoubt_PinPad_Credentials__Draw", ProgramMutant.Return)),
            RelayAttacks.PlayTheBankAgain,
            "believes a recorded bank"),
        ["an entry has no end"] = (
            phone => Exchange(phone, new ProgramMutant("PinPad").Begin("PinPad_Redoubt_PinPad_Program__TimeOut", ProgramMutant.Return)),
            RequestAttacks.LeaveAlone,
            "nobody answers stays"),
    };

    private readonly CompromisedPhone _phone;

    public CompromisedMutantTests(CompromisedPhone phone) => _phone = phone;

    public static TheoryData<string> Mutants => [.. s_mutants.Keys];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void AMissingDefenceIsABreach(string mutant)
    {
        (Action<CompromisedPhone> takeAway, Action<CompromisedPhone> attack, string breach) = s_mutants[mutant];
        takeAway(_phone);
        try
        {
            Assert.Matches(breach, Assert.Throws<BreachException>(() => attack(_phone)).Message);
        }
        finally
        {
            _phone.Repair();
        }
    }

    // Strips are made at the start.
    [Fact]
    public void AStripThatIsTheClientsIsABreach()
    {
        using CompromisedPhone phone = new(new ProgramMutant("Ui").Replace("Ui_Redoubt_Ui_Program__Prepare", LoadStrip, AnyOffset, _ => CopySurface));
        Assert.Contains("painted the strip", Assert.Throws<BreachException>(() => ScreenAttacks.PaintOverTheStrip(phone)).Message);
    }

    // Whoever has flooded a phone has nothing of it afterwards.
    [Fact]
    public void AnEntryThatWasSentAwayAndComesAgainAtOnceIsABreach()
    {
        using CompromisedPhone phone = new(new ProgramMutant("Ui").Replace(Attend, KeepPeace, AnyOffset, _ => ProgramMutant.Nop));
        Assert.Matches("an entry comes before|attention key does not lead", Assert.Throws<BreachException>(() => RequestAttacks.Flood(phone)).Message);
    }

    private static void Exchange(CompromisedPhone phone, ProgramMutant program) => phone.Break(program, null);

    private static PlacedArea Screen(SystemImage image) => image.Map.Areas.Single(area => area is { Owner: "pinpad", Purpose: "screen" });

    private static PlacedArea Data(SystemImage image) => image.Map.Areas.Single(area => area is { Owner: "pinpad", Purpose: "zeroed data" });

    /// <summary>Pages at the end of Linux's window become the last ones of another area.</summary>
    /// <param name="bytes">The image.</param>
    /// <param name="image">What it was.</param>
    /// <param name="tables">In which tables.</param>
    /// <param name="other">The other area.</param>
    /// <param name="pages">How many.</param>
    /// <param name="behind">How many pages of the window stay behind them.</param>
    private static void Share(byte[] bytes, SystemImage image, string tables, PlacedArea other, ulong pages = ulong.MaxValue, ulong behind = 0)
    {
        PlacedArea window = Window(image);
        for (ulong page = 1; page <= Math.Min(pages, other.Size / PageSize); page++)
            Write(bytes, Entry(bytes, image, tables, window.End - (behind + page) * PageSize), other.End - page * PageSize);
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

    /// <summary>A partition has one more capability, in its last slot.</summary>
    private static void Grant(byte[] bytes, SystemImage image, string partition, ulong capability)
    {
        ref Config config = ref MemoryMarshal.AsRef<Config>(bytes.AsSpan((int)(Layout.Config - Layout.LoadBase)));
        config.Partitions[Index(image, partition)].Capabilities[Limits.Capabilities - 1] = capability;
    }

    private static int Index(SystemImage image, string partition) => image.Map.Partitions.Select(placed => placed.Name).ToList().IndexOf(partition);

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
