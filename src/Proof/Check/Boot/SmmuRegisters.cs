using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// What the SMMU holds after boot (Arm IHI 0070, 6.3): it translates by the image's stream table, records what it refuses, and would let nothing pass
/// if it were off.
/// </summary>
internal static class SmmuRegisters
{
    // SMMU_CR0 SMMUEN, EVENTQEN; SMMU_IRQ_CTRL EVENTQ_IRQEN; SMMU_CR1 write-back inner shareable; SMMU_CR2 PTM, RECINVSID; RA or WA of an address
    private const ulong On = (1 << 0) | (1 << 2), Interrupt = 1 << 2, Cacheable = (3 << 10) | (1 << 8) | (1 << 6) | (3 << 4) | (1 << 2) | 1,
        Own = (1 << 2) | (1 << 1), Abort = 1 << 20, Allocate = 1UL << 62;

    /// <summary>Looks at an SMMU, if the image needs one.</summary>
    public static void Check(CheckedImage image, Smmu smmu, string processor, Facts facts)
    {
        if (image.Map.Smmu is not { } placed)
            return;
        ulong AddressOf(string owner, string purpose) => image.Map.Areas.Single(area => area.Owner == owner && area.Purpose == purpose).Address;
        (string Name, ulong Register, ulong Value)[] registers =
        [
            ("SMMU_CR0", Smmu.Control, On), ("SMMU_CR1", Smmu.Attributes, Cacheable), ("SMMU_CR2", Smmu.Behaviour, Own), ("SMMU_GBPA", Smmu.GlobalBypass, Abort),
            ("SMMU_STRTAB_BASE", Smmu.StreamTable, Allocate | AddressOf(Ownership.Kernel, SmmuCheck.StreamTable)),
            ("SMMU_STRTAB_BASE_CFG", Smmu.StreamTableFormat, (ulong)SmmuCheck.StreamBits(image.Map)),
            ("SMMU_EVENTQ_BASE", Smmu.EventQueue, Allocate | AddressOf(placed.Reader, SmmuCheck.Events) | DmaFault.IndexBits),
            ("SMMU_EVENTQ_PROD", Smmu.EventProducer, 0), ("SMMU_EVENTQ_CONS", Smmu.EventConsumer, 0), ("SMMU_EVENTQ_IRQ_CFG0", Smmu.EventMessage, 0),
            ("SMMU_IRQ_CTRL", Smmu.InterruptControl, Interrupt),
        ];
        foreach ((string name, ulong register, ulong expected) in registers)
        {
            facts.Require("SMMU", smmu[register] == expected, () => $"{name} is {(smmu[register] is { } held ? $"0x{held:x}" : "not set")}, not 0x{expected:x} ({processor})");
        }

        facts.Require("SMMU", smmu.IsAcknowledged, () => $"the SMMU has not acknowledged all that it was told ({processor})");
    }
}
