using System.Runtime.InteropServices;
using Redoubt.Tool;
using Redoubt.Tool.Builds;

namespace Redoubt.Check.Tests;

/// <summary>What the loader is told to measure, changed, is refused for the right reason; and so is a loader that does something else with it.</summary>
public sealed class IdentityMutants
{
    private const ulong Page = 0x1000;

    private delegate void Change(ref IdentitySetup setup);

    private static readonly Lazy<BuiltSystem> s_built = new(() => BuiltSystem.Build(Path.Combine(Workspace.Root, "tests", "descriptions", "attest.toml"), null, _ => { }));

    private static readonly Dictionary<string, (string Message, Change Change)> s_all = new()
    {
        ["a secret elsewhere"] = ("the device's secret is handed over at", (ref setup) => setup.DeviceSecret += Page),
        ["no secret"] = ("the device's secret is handed over at", (ref setup) => setup.DeviceSecret = 0),
        ["an identity less"] = ("0 partitions have an identity, not 1", (ref setup) => setup.Count = 0),
        ["an identity more"] = ("2 partitions have an identity, not 1", (ref setup) => setup.Count = 2),
        ["identities beyond the room"] = ("5 partitions have an identity, not 1", (ref setup) => setup.Count = 5),
        ["another's identity"] = ("gets an identity at", (ref setup) => setup.Entries[0].Name.Low++),
        ["an identity elsewhere"] = ("gets an identity at", (ref setup) => setup.Entries[0].Address += Page),
        ["no day"] = ("is no day", (ref setup) => setup.BuildDate.Low ^= 0xff),
        ["no version"] = ("65536 is no security version", (ref setup) => setup.SecurityVersion = 65536),
        ["a kernel that is not measured"] = ("the microvisor's code: what is measured", (ref setup) => setup.Ranges[1].Size -= Page),
        ["a loader that is not measured"] = ("the loader is not measured from its beginning", (ref setup) => setup.Ranges[0].Address += Page),
        ["a service that is not measured"] = ("what is measured is not what it is", (ref setup) => setup.Microvisor[3]--),
        ["services beyond the room"] = ("which do not fit", (ref setup) => setup.Microvisor[3] = 65),
        ["a range twice"] = ("does not follow the one before", (ref setup) => setup.Ranges[1] = setup.Ranges[0]),
        ["words behind the ranges"] = ("what lies behind the last range or partition is not zero", (ref setup) => setup.Ranges[63].Size = 1),
        ["words behind the partitions"] = ("what lies behind the last range or partition is not zero", (ref setup) => setup.Entries[3].Address = 1),
    };

    public static TheoryData<string> Changes => [.. s_all.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_the_boot_table_is_refused(string change) => Refused.Because(Damaged((ref info) => s_all[change].Change(ref info.Identity)).Config(), "identity", s_all[change].Message);

    private delegate void Damage(ref BootInfo info);

    [Fact]
    public void A_loader_that_derives_no_keys_is_noticed()
    {
        // Layers without a key of their own: certificates are then of other keys, and signed by none.
        byte[] bytes = s_built.Value.Image.Bytes.ToArray();
        CheckedImage image = CheckedImage.Read(bytes, "attest");
        ImageCheck check = new(image, s_built.Value.Description.Board, Subject.Kernel);
        ulong derive = Subject.Loader.Functions.First(function => function.Name.EndsWith("Layer__NameKey", StringComparison.Ordinal)).Address;
        const uint Return = 0xd65f_03c0;
        MemoryMarshal.Write(bytes.AsSpan((int)(derive - Layout.LoadBase)), Return);
        Refused.Because(check.Boot(), "identity", "is not as it must be at offset");
    }

    private static ImageCheck Damaged(Damage damage)
    {
        byte[] bytes = s_built.Value.Image.Bytes.ToArray();
        damage(ref MemoryMarshal.AsRef<BootInfo>(bytes.AsSpan((int)(Layout.BootInfo - Layout.LoadBase))));
        return new ImageCheck(CheckedImage.Read(bytes, "attest"), s_built.Value.Description.Board, Subject.Kernel);
    }
}
