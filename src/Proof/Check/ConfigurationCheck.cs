using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>The configuration of an image is well-formed.</summary>
internal static class ConfigurationCheck
{
    private const ulong CellBytes = 8;

    public static void Run(CheckedImage image, Facts facts)
    {
        ReservedWordsAreZero(image, facts);
        foreach (Condition<Word> condition in WellFormed<Word>.Conditions)
        {
            ulong[] sizes = condition.Over.Sizes;
            ulong count = sizes.Aggregate(1UL, (product, size) => product * size);
            for (ulong n = 0; n < count; n++)
            {
                Word[] indices = Indices(n, sizes);
                facts.Require("well-formed", Holds(condition, image, indices), () => Message(image, condition, indices));
            }
        }
    }

    private static Word[] Indices(ulong n, ulong[] sizes)
    {
        Word[] indices = new Word[sizes.Length];
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            indices[i] = new Word(n % sizes[i]);
            n /= sizes[i];
        }

        return indices;
    }

    /// <summary>A condition speaks of indices that others bound: where one is out of range nothing holds.</summary>
    private static bool Holds(Condition<Word> condition, CheckedImage image, Word[] indices)
    {
        try
        {
            return condition.Holds(image.Configuration, indices).Value != 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static string Message(CheckedImage image, Condition<Word> condition, Word[] indices)
    {
        ulong outer = indices.Length > 0 ? indices[0].Value : 0, inner = indices.Length > 1 && condition.Over.Field.Contains("Slots", StringComparison.Ordinal)
            || condition.Over == Domain.PartitionVcpu || condition.Over == Domain.CapabilitySlot ? indices[1].Value : 0;
        string who = string.Format(System.Globalization.CultureInfo.InvariantCulture, condition.Over.Format, indices.Select(index => (object)index.Value).ToArray());
        ulong address = MemoryWords.AddressOf(condition.Over.Field, outer, inner);
        return $"0x{address:x}: {who}{Owner(image, condition.Over, outer)}: violates \"{condition.Name}\"";
    }

    private static string Owner(CheckedImage image, Domain domain, ulong index)
    {
        ulong partition = domain == Domain.Vcpu ? (image.Words["config.vcpu.Used", index] != 0 ? image.Words["config.vcpu.Partition", index] : ulong.MaxValue)
            : domain == Domain.Partition || domain == Domain.PartitionVcpu || domain == Domain.CapabilitySlot ? index : ulong.MaxValue;
        return partition < (ulong)image.Map.Partitions.Count ? $" ({image.Map.Partitions[(int)partition].Name})" : "";
    }

    /// <summary>What lies between the words and behind them is zero.</summary>
    private static void ReservedWordsAreZero(CheckedImage image, Facts facts)
    {
        HashSet<ulong> known = [];
        foreach (Region region in ProofAssumptions.Configuration)
        {
            foreach (Field field in region.Fields.Where(field => !IsReserved(field)))
            {
                for (ulong outer = 0; outer < region.Count; outer++)
                {
                    for (ulong inner = 0; inner < field.Count; inner++)
                    {
                        known.Add(MemoryWords.AddressOf(field.Name, outer, inner));
                    }
                }
            }
        }

        for (ulong address = Layout.Config; address < Layout.Config + Layout.ConfigSize; address += CellBytes)
        {
            ulong at = address;
            if (!known.Contains(address))
                facts.Require("reserved", image.Word(address) == 0, () => $"0x{at:x}: reserved word of the configuration is not zero");
        }
    }

    private static bool IsReserved(Field field) => field.Name[(field.Name.LastIndexOf('.') + 1)..].StartsWith('_');
}
