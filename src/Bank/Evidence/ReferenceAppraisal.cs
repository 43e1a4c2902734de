namespace Redoubt.Bank.Evidence;

/// <summary>Compares what a device measured with reference values.</summary>
internal static class ReferenceAppraisal
{
    private const string Microvisor = "microvisor";

    /// <summary>A measurement, its reference, and what it means if they differ.</summary>
    private sealed record Comparison(bool Agrees, Reason Reason, string Detail);

    /// <summary>Looks for a system that measures as the device did.</summary>
    /// <returns>Null if there is one; otherwise how the most similar one differs.</returns>
    public static Refusal? Appraise(DeviceCertificates certificates, IReadOnlyList<ReferenceValues> references)
    {
        Comparison[]? nearest = null;
        foreach (ReferenceValues reference in references)
        {
            Comparison[] comparisons = [.. Compare(certificates, reference)];
            if (comparisons.All(comparison => comparison.Agrees))
                return null;
            if (nearest is null || comparisons.Count(comparison => comparison.Agrees) > nearest.Count(comparison => comparison.Agrees))
                nearest = comparisons;
        }

        if (nearest is null)
            return new Refusal(Reason.ChangedImage, "no system is known");
        Comparison difference = nearest.First(comparison => !comparison.Agrees);
        return new Refusal(difference.Reason, difference.Detail);
    }

    /// <summary>The cause before its consequences: other devices also mean other translation tables.</summary>
    private static IEnumerable<Comparison> Compare(DeviceCertificates certificates, ReferenceValues reference)
    {
        PartitionReference pinPad = reference.Partitions[ReferenceValues.PinPad];
        (ConfigurationDescriptor microvisor, ConfigurationDescriptor partition) = (certificates.MicrovisorConfiguration, certificates.PartitionConfiguration);
        return
        [
            new(microvisor.Name == Microvisor, Reason.ChangedImage, "the second layer is not the microvisor"),
            new(partition.Name == ReferenceValues.PinPad, Reason.ChangedImage, $"the partition is not {ReferenceValues.PinPad}"),
            Hash(certificates.MicrovisorInput.Code, reference.Microvisor.Code, Reason.ChangedImage, "code of the microvisor"),
            Hash(certificates.PartitionInput.Code, pinPad.Code, Reason.ChangedImage, "code of the pinpad"),
            Hash(microvisor.Environment, reference.Microvisor.Services, Reason.ChangedServices, "services"),
            Hash(microvisor.Devices, reference.Microvisor.Devices, Reason.ChangedDeviceAssignment, "devices of the system"),
            Hash(partition.Devices, pinPad.Devices, Reason.ChangedDeviceAssignment, "devices of the pinpad"),
            Hash(microvisor.MemoryMap, reference.Microvisor.MemoryMap, Reason.ChangedMemoryMap, "memory map of the system"),
            Hash(partition.MemoryMap, pinPad.MemoryMap, Reason.ChangedMemoryMap, "memory map of the pinpad"),
            Hash(partition.Environment, pinPad.Anchors, Reason.ChangedAnchors, "bank anchors"),
            Version(microvisor.SecurityVersion, reference.SecurityVersion),
            Version(partition.SecurityVersion, reference.SecurityVersion),
        ];
    }

    private static Comparison Hash(byte[] measured, string reference, Reason reason, string what)
    {
        string hash = Convert.ToHexStringLower(measured);
        return new Comparison(hash == reference, reason, $"{what}: {hash[..16]}… is not known");
    }

    private static Comparison Version(int stated, int reference) =>
        new(stated == reference, Reason.ChangedImage, $"the system with these measurements has security version {reference}, not {stated}");
}
