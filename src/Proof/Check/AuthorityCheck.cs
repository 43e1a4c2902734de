using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>
/// The configuration gives the authority that the description declares, no more and no less: kinds, monitors, capabilities, interrupts.
/// Two things stand in the configuration alone, where <c>inspect</c> shows them: schedules, and who may switch the machine off.
/// </summary>
internal sealed class AuthorityCheck(CheckedImage image, Board board, Facts facts)
{
    private readonly Configuration<Word> _configuration = image.Configuration;
    private readonly SystemMap _map = image.Map;

    /// <summary>What has an interrupt: devices and the SMMU.</summary>
    private sealed record Source(string Name, string Owner, int Interrupt);

    private readonly IReadOnlyList<Source> _sources =
    [
        .. image.Map.Devices.SelectMany(device => device.Interrupts.Select(intid => new Source(device.Name, device.Owner, intid))),
        .. image.Map.Smmu is { } smmu ? new[] { new Source(SmmuCheck.Registers, smmu.Reader, smmu.Interrupt) } : [],
    ];

    public static void Run(CheckedImage image, Board board, Facts facts)
    {
        AuthorityCheck check = new(image, board, facts);
        check.Machine();
        for (int i = 0; i < image.Map.Partitions.Count; i++)
        {
            check.Kind(i, image.Map.Partitions[i]);
            check.Capabilities(i, image.Map.Partitions[i]);
        }

        check.Unused();
        check.Interrupts();
    }

    private void Machine()
    {
        facts.Require("authority", _configuration.CpuCount.Value == (ulong)_map.Cpus, () => $"the configuration has {_configuration.CpuCount.Value} CPUs, the description {_map.Cpus}");
        facts.Require("board", _configuration.Distributor.Value == board.Distributor, () => $"the distributor is at 0x{_configuration.Distributor.Value:x}, on board {board.Name} at 0x{board.Distributor:x}");
        for (int cpu = 0; cpu < Math.Min(_map.Cpus, Limits.Cpus); cpu++)
        {
            int number = cpu;
            ulong redistributor = _configuration.Redistributor(Of(cpu)).Value, expected = board.Redistributors + ((ulong)cpu * Board.RedistributorStride);
            facts.Require("board", redistributor == expected, () => $"CPU {number}: the redistributor is at 0x{redistributor:x}, on board {board.Name} at 0x{expected:x}");
            facts.Require("board", _configuration.Mpidr(Of(cpu)).Value == (ulong)number, () => $"CPU {number}: MPIDR 0x{_configuration.Mpidr(Of(number)).Value:x} is not its own");
        }
    }

    private void Kind(int index, PlacedPartition partition)
    {
        ulong flags = _configuration.Flags(Of(index)).Value;
        ulong expected = partition.Kind switch
        {
            PartitionKind.Service or PartitionKind.Monitor => PartitionFlags.Service,
            PartitionKind.Bare => PartitionFlags.DefaultCacheable,
            _ => 0,
        };
        facts.Require("authority", flags == expected, () => $"{partition.Name}: flags {flags} are not those of a {partition.Kind}");
        facts.Require("authority", _configuration.VcpuCount(Of(index)).Value != 0, () => $"{partition.Name} has no vCPU");
        int monitor = partition.Monitor is null ? -1 : image.IndexOf(partition.Monitor);
        foreach (ulong vcpu in image.VcpusOf(index))
        {
            ulong serving = _configuration.Monitor(new Word(vcpu)).Value;
            bool served = serving < Limits.Vcpus && _configuration.PartitionOf(new Word(serving)).Value == (ulong)monitor;
            facts.Require("authority", monitor < 0 ? serving == Limits.NoVcpu : served, () => $"{partition.Name}: vCPU {vcpu} is not served by its monitor \"{partition.Monitor}\"");
        }
    }

    private void Capabilities(int index, PlacedPartition partition)
    {
        List<ulong> expected = Declared(index, partition).ToList();
        for (int slot = 0; slot < Limits.Capabilities; slot++)
        {
            ulong word = _configuration.CapabilityOf(Of(index), Of(slot)).Value;
            if (Capability.Kind(word) == Capability.None)
                continue;
            int number = slot;
            bool declared = expected.Remove(word)
                || (Capability.Kind(word) == Capability.Machine && partition.Kind != PartitionKind.Guest);
            facts.Require("authority", declared, () => $"{partition.Name}: the capability 0x{word:x} in slot {number} is declared nowhere");
        }

        facts.Require("authority", expected.Count == 0, () => $"{partition.Name}: the capability 0x{expected[0]:x} is missing");
    }

    /// <summary>Capabilities that the description stands for, except that to the machine.</summary>
    private IEnumerable<ulong> Declared(int index, PlacedPartition partition)
    {
        foreach (PlacedChannel channel in _map.Channels)
        {
            if (channel.First == partition.Name)
                yield return Capability.Pack(Capability.Event, image.FirstVcpu(channel.Second), (ulong)channel.SecondEvent);
            if (channel.Second == partition.Name)
                yield return Capability.Pack(Capability.Event, image.FirstVcpu(channel.First), (ulong)channel.FirstEvent);
        }

        if (partition.Kind == PartitionKind.Guest)
            yield break;
        foreach (Source source in _sources.Where(source => source.Owner == partition.Name))
        {
            yield return Capability.Pack(Capability.Interrupt, image.FirstVcpu(partition.Name), (ulong)source.Interrupt);
        }

        foreach (ulong vcpu in image.VcpusOf(index))
        {
            yield return Capability.Pack(Capability.Event, vcpu, Manifest.PeerEvent);
        }

        string? controlled = partition.Kind == PartitionKind.Bare ? partition.Name : image.GuestOf(partition)?.Name;
        foreach (ulong vcpu in controlled is null ? [] : image.VcpusOf(image.IndexOf(controlled)))
        {
            yield return Capability.Pack(Capability.Vcpu, vcpu, 0);
        }
    }

    /// <summary>Partitions beyond those of the description have nothing.</summary>
    private void Unused()
    {
        for (int index = _map.Partitions.Count; index < Limits.Partitions; index++)
        {
            int number = index;
            facts.Require("authority", _configuration.VcpuCount(Of(index)).Value == 0, () => $"the configuration has a partition {number} that the description does not know");
        }
    }

    private void Interrupts()
    {
        HashSet<ulong> events = [];
        foreach (PlacedChannel channel in _map.Channels)
        {
            events.Add(Capability.Pack(Capability.Event, image.FirstVcpu(channel.First), (ulong)channel.FirstEvent));
            events.Add(Capability.Pack(Capability.Event, image.FirstVcpu(channel.Second), (ulong)channel.SecondEvent));
        }

        for (int intid = 0; intid < Limits.Interrupts; intid++)
        {
            int number = intid;
            ulong word = _configuration.Interrupt(Of(intid)).Value;
            Source? source = _sources.FirstOrDefault(source => source.Interrupt == number);
            if (source is null)
            {
                facts.Require("authority", word == 0, () => $"interrupt {number} goes to vCPU {Capability.Target(word)} and is no device's");
                continue;
            }

            bool guest = _map.Partitions.FirstOrDefault(partition => partition.Name == source.Owner)?.Kind == PartitionKind.Guest;
            bool arrives = Capability.Target(word) == image.FirstVcpu(source.Owner)
                && Capability.Kind(word) == (guest ? Capability.Virtual : Capability.Event)
                && (guest ? Capability.Number(word) == (ulong)number : Capability.Number(word) < Manifest.PeerEvent && events.Add(word));
            facts.Require("authority", arrives, () => $"interrupt {number} of {source.Owner}'s device {source.Name} does not arrive there as its own: 0x{word:x}");
        }
    }

    private static Word Of(int index) => new((ulong)index);
}
