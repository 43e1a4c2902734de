using System.Runtime.CompilerServices;
using CsCheck;

namespace Redoubt.Check.Tests;

/// <summary>Single bits of tables, configuration, manifests and the loader's table, flipped: each is refused, or belongs to a class that hurts nobody else.</summary>
public sealed class BitFlips
{
    private static readonly ulong[] TableWords = [.. Subject.Image.Map.Areas
        .Where(area => area.Purpose.Contains("tables", StringComparison.Ordinal)).SelectMany(area => Words(area.Address, area.Size))];

    private static readonly ulong[] ConfigurationWords = [.. Words(Layout.Config, Layout.ConfigSize)];

    /// <summary>Half of the flips hit words that are not zero.</summary>
    private static readonly Gen<ulong> Tables = Gen.OneOf(OneOf(TableWords), OneOf([.. TableWords.Where(word => Subject.Image.Word(word) != 0)]));

    private static readonly Gen<ulong> Configuration = Gen.OneOf(OneOf(ConfigurationWords), OneOf([.. ConfigurationWords.Where(word => Subject.Image.Word(word) != 0)]));

    /// <summary>Words whose meaning the description does not fix. They are the schedule, which `inspect` shows, and what concerns their own partition only.</summary>
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["config.cpu.Slots.Length"] = "length of a time slot",
        ["config.cpu.Slots.Mask"] = "whom a time slot is for",
        ["config.cpu.Slots.Fallback"] = "whom a time slot is for",
        ["config.vcpu.Entry"] = "where a partition starts in its own memory",
    };

    private const ulong BootInfoSize = 0x8f0;

    /// <summary>Offset in a manifest of what a monitor is told of when it copies what into its guest's own memory.</summary>
    private static readonly ulong Copying = (ulong)(Unsafe.SizeOf<Manifest>() - Unsafe.SizeOf<LoadEntries>() - (2 * sizeof(ulong)));

    [Fact]
    public void A_flip_in_a_table_is_refused() => Tables.Select(Gen.Int[0, 63]).Sample(
        (address, bit) => Assert.False(Flip(address, bit).Config().Holds, $"bit {bit} of 0x{address:x}"), iter: 400, threads: 1);

    [Fact]
    public void A_flip_in_the_configuration_is_refused_or_hurts_nobody_else() => Configuration.Select(Gen.Int[0, 63]).Sample(
        (address, bit) =>
        {
            if (Flip(address, bit).Config().Holds)
                Assert.True(FieldAt(address) is { } field && Harmless.ContainsKey(field), $"bit {bit} of 0x{address:x}, {FieldAt(address)}, has no class");
        },
        iter: 800,
        threads: 1);

    [Fact]
    public void A_flip_in_a_manifest_is_refused_or_is_about_the_copying_of_a_guest() => OneOf([.. Subject.Image.Map.Areas
        .Where(area => area.Purpose == "manifest").SelectMany(area => Words(area.Address, (ulong)Unsafe.SizeOf<Manifest>()))]).Select(Gen.Int[0, 63]).Sample(
        (address, bit) =>
        {
            if (Flip(address, bit).Config().Holds)
                Assert.True(Subject.Area("linux.monitor", "manifest").Address + Copying <= address, $"bit {bit} of 0x{address:x} has no class");
        },
        iter: 400,
        threads: 1);

    [Fact]
    public void A_flip_in_what_the_loader_is_told_is_refused() => OneOf([.. Words(Layout.BootInfo, BootInfoSize)]).Select(Gen.Int[0, 63]).Sample(
        (address, bit) => Assert.False(Flip(address, bit).Config().Holds, $"bit {bit} of 0x{address:x}"), iter: 200, threads: 1);

    private static ImageCheck Flip(ulong address, int bit) => Subject.Damaged(address, word => word ^ (1UL << bit));

    private static IEnumerable<ulong> Words(ulong address, ulong size) => Enumerable.Range(0, (int)size / 8).Select(i => address + ((ulong)i * 8));

    private static Gen<ulong> OneOf(ulong[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    /// <summary>The field of the configuration that a word belongs to.</summary>
    private static string? FieldAt(ulong address) => Proof.Theorems.KernelLayout.Regions
        .Where(region => region.Contains(address))
        .SelectMany(region => region.Fields.Where(field => (address - region.Base) % region.Stride is var at && at >= field.Offset
            && at < field.Offset + (field.Stride * field.Count) && (at - field.Offset) % field.Stride < 8))
        .FirstOrDefault()?.Name;
}
