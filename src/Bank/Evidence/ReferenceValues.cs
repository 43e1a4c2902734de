using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redoubt.Bank.Evidence;

/// <summary>What a genuine system measures as: written by the image builder beside the image. Hashes are in lower-case hexadecimal.</summary>
/// <param name="Profile">Name and version of this format.</param>
/// <param name="System">The system's name.</param>
/// <param name="Image">Hash of the whole image.</param>
/// <param name="SecurityVersion">The system's.</param>
/// <param name="Microvisor">The first layer.</param>
/// <param name="Partitions">The system's own programs that are given an identity, by name.</param>
public sealed record ReferenceValues(
    string Profile,
    string System,
    string Image,
    int SecurityVersion,
    MicrovisorReference Microvisor,
    IReadOnlyDictionary<string, PartitionReference> Partitions)
{
    private const string KnownProfile = "redoubt-reference-values-1";

    /// <summary>The partition that answers the bank.</summary>
    internal const string PinPad = "pinpad";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It has no reference values.</exception>
    public static ReferenceValues Read(string file)
    {
        try
        {
            ReferenceValues values = JsonSerializer.Deserialize<ReferenceValues>(File.ReadAllBytes(file), s_options) ?? throw new JsonException("there is nothing");
            if (values.Profile != KnownProfile)
                throw new JsonException($"the profile is not {KnownProfile}");
            return values.Partitions.ContainsKey(PinPad) ? values : throw new JsonException($"there is no partition {PinPad}");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: no reference values: {failure.Message}", failure);
        }
    }
}

/// <summary>Measurements of the microvisor.</summary>
public sealed record MicrovisorReference(string Code, string MemoryMap, string Devices, string Services);

/// <summary>Measurements of a partition.</summary>
public sealed record PartitionReference(string Code, string MemoryMap, string Devices, string Anchors);
