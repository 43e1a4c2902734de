using System.Globalization;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Who gets an identity from measured boot, and what the loader measures for it. docs/pin-entry.md says what has to be measured.</summary>
internal sealed class IdentityPlan
{
    /// <summary>Purpose of the loader's page in which the stage before it hands over the device's secret.</summary>
    public const string DeviceSecret = "device secret";

    private readonly IdentityDescription _description;
    private readonly IReadOnlyList<Partition> _partitions;
    private readonly ElfFile _loader;

    private IdentityPlan(IdentityDescription description, IReadOnlyList<Partition> partitions, ElfFile loader, Position at)
    {
        (_description, _partitions, _loader) = (description, partitions, loader);
        Secret = new Area(Builder.Loader, DeviceSecret, Units.Page, Storage.Raw, at);
    }

    /// <summary>Where the stage before the loader puts the device's secret: not within the image, which lies there by then.</summary>
    public Area Secret { get; }

    /// <summary>The plan of a system; null if no partition has an identity.</summary>
    /// <exception cref="UserError">Too many have one, or it is not said what identities say of the system.</exception>
    public static IdentityPlan? Of(SystemDescription description, IReadOnlyList<Partition> partitions, ElfFile loader)
    {
        List<Partition> known = partitions.Where(partition => partition.Identity is not null).ToList();
        if (known.Count == 0)
            return null;
        Position at = known[^1].Identity!.At;
        if (known.Count > Limits.Identities)
            throw new UserError(at, $"{known[^1].Name} is one too many with an identity: {Limits.Identities} fit");
        return description.Identity is { } identity
            ? new IdentityPlan(identity, known, loader, at)
            : throw new UserError(at, $"{known[^1].Name} has an identity, which needs a table [identity] with version and date");
    }

    /// <summary>What the loader is told, once everything has its place.</summary>
    public IdentitySetup Setup(SystemMap map)
    {
        MeasuredAreas measured = new(map, _loader.Segments.Where(segment => !segment.Writable).Max(segment => segment.End).AlignUp(Units.Page));
        IdentitySetup setup = default;
        setup.DeviceSecret = Secret.Address;
        setup.BuildDate = Names.Pack(_description.Date.ToString("yyMMdd", CultureInfo.InvariantCulture) + "000000Z");
        setup.SecurityVersion = _description.Version;
        setup.Count = (ulong)_partitions.Count;
        int next = 0;
        Add(ref setup, ref setup.Microvisor, measured.Microvisor, ref next);
        for (int i = 0; i < _partitions.Count; i++)
        {
            setup.Entries[i].Name = Names.Pack(_partitions[i].Name);
            setup.Entries[i].Address = _partitions[i].Identity!.Address;
            Add(ref setup, ref setup.Entries[i].Counts, measured.Of(_partitions[i].Name), ref next);
        }

        return setup;
    }

    private void Add(ref IdentitySetup setup, ref RangeCounts counts, IReadOnlyList<IReadOnlyList<MemoryRange>> measurements, ref int next)
    {
        for (int i = 0; i < measurements.Count; i++)
        {
            counts[i] = (ulong)measurements[i].Count;
            foreach (MemoryRange range in measurements[i])
            {
                if (next == Limits.MeasuredRanges)
                    throw new UserError(_description.At, $"measured boot has more than {Limits.MeasuredRanges} ranges to measure");
                setup.Ranges[next++] = range;
            }
        }
    }
}
