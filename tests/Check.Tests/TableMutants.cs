namespace Redoubt.Check.Tests;

/// <summary>One entry of a translation table, changed, is refused for the right reason.</summary>
public sealed class TableMutants
{
    private const ulong AddressBits = 0x0000_ffff_ffff_f000, Page = 0x1000, Block = 0x20_0000;
    private const ulong Write = 1 << 7, Read = 1 << 6, ExecuteNever = 1UL << 54, AccessFlag = 1 << 10, ReadOnly1 = 1 << 7, Device1 = 1 << 2;

    private static readonly ulong Code = Layout.Program, Channel = Layout.Channels;

    /// <summary>The entry of an address, changed, and why it is refused.</summary>
    private sealed record Mutant(string Partition, ulong Address, int Level, Func<ulong, ulong> Change, string Rule, string Message);

    private static readonly Dictionary<string, Mutant> All = new()
    {
        ["code is writable"] = Of("console", Code, entry => entry | Write, "attributes", "console's code"),
        ["manifest is writable"] = Of("console", Layout.Manifest, entry => entry | Write, "attributes", "the access permission is wrong for read"),
        ["code is not readable"] = Of("console", Code, entry => entry & ~Read, "attributes", "the access permission is wrong for read, execute"),
        ["code is not executable"] = Of("console", Code, entry => entry | ExecuteNever, "attributes", "the execute-never bit is wrong"),
        ["code is not executable at EL1"] = Of("console", Code, entry => entry | (1UL << 53), "attributes", "the execute-never bit is wrong"),
        ["manifest is executable"] = Of("console", Layout.Manifest, entry => entry & ~ExecuteNever, "attributes", "the execute-never bit is wrong for read"),
        ["channel is executable"] = Of("a", Channel, entry => entry & ~ExecuteNever, "attributes", "the execute-never bit is wrong for read, write"),
        ["channel is read-only"] = Of("a", Channel, entry => entry & ~Write, "attributes", "the access permission is wrong for read, write"),
        ["access flag of a page"] = Of("console", Code, entry => entry & ~AccessFlag, "attributes", "the access flag is wrong"),
        ["access flag of a block"] = Of("linux", GuestMap.Ram, entry => entry & ~AccessFlag, "attributes", "the access flag is wrong", 2),
        ["memory as a device"] = Of("console", Code, entry => (entry & ~(0xfUL << 2)) | (1 << 2), "attributes", "the memory type is wrong"),
        ["device as memory"] = Of("console", Layout.Devices, entry => entry | (0xf << 2), "attributes", "the memory type is wrong for read, write, device"),
        ["not shareable"] = Of("console", Code, entry => entry & ~(3UL << 8), "attributes", "the shareability is wrong"),
        ["contiguous"] = Of("console", Code, entry => entry | (1UL << 52), "attributes", "a bit that has no use here is wrong"),
        ["a software bit"] = Of("console", Code, entry => entry | (1UL << 57), "attributes", "a bit that has no use here is wrong"),
        ["bit 11"] = Of("console", Code, entry => entry | (1UL << 11), "attributes", "a bit that has no use here is wrong"),
        ["a page of another partition"] = Of("console", Code, To(Subject.Area("a", "code").Address), "owner", "a's code"),
        ["a page of a guest"] = Of("console", Code, To(Subject.Area("linux", "memory").Address), "owner", "linux's memory"),
        ["a page of the kernel's state"] = Of("console", Code, To(Subject.Area("kernel", "data").Address), "owner", "kernel's data"),
        ["a page of the kernel's code"] = Of("console", Code, To(Layout.Kernel), "owner", "kernel's code"),
        ["the configuration"] = Of("console", Code, To(Layout.Config), "owner", "kernel's configuration"),
        ["its own tables"] = Of("console", Code, To(Subject.Area("kernel", "tables of console").Address), "owner", "kernel's tables of console"),
        ["the kernel's tables"] = Of("console", Code, To(Subject.Area("kernel", "own tables").Address), "owner", "kernel's own tables"),
        ["what the loader left"] = Of("console", Code, To(Layout.Loader), "owner", "loader's program"),
        ["the distributor"] = Of("console", Layout.Devices, To(0x800_0000), "owner", "kernel's GIC distributor"),
        ["a redistributor"] = Of("console", Layout.Devices, To(0x80c_0000), "owner", "kernel's GIC redistributors"),
        ["another's device"] = Of("console", Layout.Devices, To(0x901_0000), "owner", "linux's device rtc"),
        ["a window of its guest's PCI host bridge"] = Of("linux.monitor", Layout.Devices, To(0x1000_0000), "owner", "linux's device pcie", 2),
        ["a device of nobody"] = Of("console", Layout.Devices, To(0x903_0000), "owner", "which is nobody's"),
        ["memory of nobody"] = Of("console", Code, To(0x4f00_0000), "owner", "which is nobody's"),
        ["memory that is not there"] = Of("console", Code, To(0xffff_ffff_f000), "owner", "which is nobody's"),
        ["another page of its own"] = Of("console", Code, entry => entry + Page, "place", "of which other pages are at a distance"),
        ["an entry that is invalid but not zero"] = Of("console", Code, entry => entry & ~1UL, "invalid entry", "is invalid but not zero"),
        ["an entry that is gone"] = Of("console", Code, _ => 0, "whole", "bytes of console's code"),
        ["an entry too many"] = Of("console", 0x5000, _ => Subject.Area("a", "code").Address | 0x7c3, "owner", "console: entry at"),
        ["a page twice"] = Of("console", 0x5000, _ => Subject.Area("console", "manifest").Address | ExecuteNever | 0x77f, "place", "console's manifest"),
        ["a page of level 3 as a block"] = Of("console", Code, entry => entry & ~2UL, "level", "is no page or block of level 3"),
        ["another block"] = Of("linux", GuestMap.Ram, entry => entry + Block, "place", "linux's memory", 2),
        ["a block of another"] = Of("linux", GuestMap.Ram, entry => (entry & ~AddressBits) | Layout.Free, "owner", "not for linux", 2),
        ["a block that is not aligned"] = Of("linux", GuestMap.Ram, entry => entry + Page, "level", "is no page or block of level 2", 2),
        ["a block that is a table"] = Of("linux", GuestMap.Ram, entry => entry | 2, "table", "points to a table and has other bits", 2),
        ["guest memory that its monitor executes"] = Of("linux.monitor", GuestMap.Ram, entry => entry & ~ExecuteNever, "attributes", "linux's memory", 2),
        ["pristine images that the monitor writes"] = Of("linux.monitor", Layout.Pristine, entry => entry | Write, "attributes", "linux.monitor's pristine image"),
        ["a channel's other half"] = Of("a", Channel, entry => entry + Page, "place", "channel"),
        ["a channel of others"] = Of("a", Channel, To(Subject.Image.Map.Areas.Single(area => area.Owner == "linux.monitor" && area.Sharer == "console").Address), "owner", "not for a"),
        ["a table of another"] = Of("console", Code, To(Subject.Area("kernel", "tables of a").Address + Page), "table", "outside of kernel's tables of console", 2),
        ["a table with other bits"] = Of("console", Code, entry => entry | (1UL << 63), "table", "has other bits", 2),
        ["a table that is a root"] = Of("console", Code, To(Subject.Area("kernel", "tables of console").Address), "table", "is reached more than once", 2),
        ["a table outside of the image"] = Of("console", Code, To(0x7f_ffff_f000), "table", "lies outside of the image", 2),
        ["a block of 1 GiB"] = Of("a", 0x7f_c000_0000, _ => 0x4000_07fd, "owner", "0x7fc0000000 to 0x40000000, which is nobody's", 1),
        ["the kernel's state is executable"] = OfKernel(0x4042_0000, entry => entry & ~ExecuteNever, "attributes", "kernel's data"),
        ["the kernel's code is writable"] = OfKernel(Layout.Kernel, entry => entry & ~ReadOnly1, "attributes", "the access permission is wrong for read, execute"),
        ["the kernel's code is gone"] = OfKernel(Layout.Kernel, _ => 0, "whole", "kernel's code"),
        ["the configuration is writable"] = OfKernel(Layout.Config, entry => entry & ~ReadOnly1, "attributes", "kernel's configuration"),
        ["the configuration is executable"] = OfKernel(Layout.Config, entry => entry & ~ExecuteNever, "attributes", "the execute-never bit is wrong for read"),
        ["the distributor is memory"] = OfKernel(0x800_0000, entry => entry & ~Device1, "attributes", "the memory type is wrong"),
        ["the kernel's memory is a device"] = OfKernel(0x4042_0000, entry => entry | Device1, "attributes", "the memory type is wrong"),
        ["AP[1] of the kernel"] = OfKernel(0x4042_0000, entry => entry & ~(1UL << 6), "attributes", "the access permission is wrong"),
        ["the kernel sees a partition"] = OfKernel(Layout.Config, To(Subject.Area("a", "code").Address), "owner", "a's code"),
        ["the kernel sees itself elsewhere"] = OfKernel(Layout.Config, entry => entry + Page, "place", "not to itself"),
        ["the kernel sees its tables"] = OfKernel(Layout.Config - Page, _ => Subject.Area("kernel", "own tables").Address | ExecuteNever | 0x743, "owner", "kernel's own tables"),
        ["not global"] = OfKernel(0x4042_0000, entry => entry | (1 << 11), "attributes", "a bit that has no use here"),
        ["access flag of the kernel"] = OfKernel(0x4042_0000, entry => entry & ~AccessFlag, "attributes", "the access flag"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_entry_is_refused(string name)
    {
        Mutant mutant = All[name];
        Refused.Because(Subject.Damaged(EntryOf(mutant), mutant.Change).Config(), mutant.Rule, mutant.Message);
    }

    [Fact]
    public void What_the_loader_is_told_is_checked()
    {
        const ulong Ranges = Layout.BootInfo + 32, Seeds = Ranges + (Limits.ZeroRanges * 16);
        Refused.Because(Subject.Damaged(Layout.BootInfo, _ => 1).Config(), "loader", "no magic number");
        Refused.Because(Subject.Damaged(Layout.BootInfo + 8, entry => entry + 4).Config(), "loader", "the kernel is entered at 0x40400004");
        Refused.Because(Subject.Damaged(Layout.BootInfo + 16, _ => 200).Config(), "loader", "200 ranges");
        Refused.Because(Subject.Damaged(Layout.BootInfo + 16, count => count - 1).Config(), "zeroed", "is not zeroed");
        Refused.Because(Subject.Damaged(Ranges, start => start + Page).Config(), "zeroed", "only a part of it");
        Refused.Because(Subject.Damaged(Ranges + 8, size => size + (8 * Block)).Config(), "zeroed", "is zeroed by the loader");
        Refused.Because(Subject.Damaged(Ranges + (100 * 16), _ => 1).Config(), "loader", "behind the last range");
        Refused.Because(Subject.Damaged(Seeds, address => address + Page).Config(), "seeds", "not those of the description");
        Refused.Because(Subject.Damaged(Layout.Config - 8, _ => 1).Config(), "nobody's", "0x404bfff8");
    }

    private static Mutant Of(string partition, ulong address, Func<ulong, ulong> change, string rule, string message, int level = 3) => new(partition, address, level, change, rule, message);

    private static Mutant OfKernel(ulong address, Func<ulong, ulong> change, string rule, string message) => new("kernel", address, 3, change, rule, message);

    private static Func<ulong, ulong> To(ulong address) => entry => (entry & ~AddressBits) | address;

    /// <summary>Where the entry of a level stands that translates an address.</summary>
    private static ulong EntryOf(Mutant mutant)
    {
        CheckedImage image = Subject.Image;
        ulong table = mutant.Partition == "kernel" ? image.Words["config.KernelTables"] : image.Words["config.partition.Vttbr", Subject.Partition(mutant.Partition)] & AddressBits;
        for (int level = 1; ; level++)
        {
            ulong entry = table + ((mutant.Address >> (12 + (9 * (3 - level)))) % 512 * 8);
            if (level == mutant.Level)
                return entry;
            Assert.Equal(3UL, image.Word(entry) & 3);
            table = image.Word(entry) & AddressBits;
        }
    }
}
