using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>The partitions of a system and their vCPUs: who is there, and which CPU runs it.</summary>
internal sealed class Topology
{
    private readonly List<Partition> _partitions = [];
    private readonly List<List<Vcpu>> _cpus;

    /// <exception cref="UserError">There are too many of something, or a CPU that isn't there.</exception>
    public Topology(SystemDescription description, int cpus)
    {
        _cpus = Enumerable.Range(0, cpus).Select(_ => new List<Vcpu>()).ToList();
        foreach (PartitionDescription partition in description.Partitions)
            AddPartition(partition);
        Rank();
    }

    /// <summary>Partitions by index; a monitor follows its guest.</summary>
    public IReadOnlyList<Partition> Partitions => _partitions;

    /// <summary>vCPUs of each CPU by rank.</summary>
    public IReadOnlyList<IReadOnlyList<Vcpu>> Cpus => _cpus;

    /// <summary>The partition that the user calls so.</summary>
    /// <exception cref="UserError">There is none; the message begins with <paramref name="what"/>.</exception>
    public Partition Find(Sourced<string> name, string what) =>
        _partitions.Find(partition => partition.Name == name.Value && partition.Kind != PartitionKind.Monitor)
        ?? throw new UserError(name.At, $"{what} \"{name.Value}\", which is no partition{Nearest.Hint(name.Value, _partitions.Select(partition => partition.Name))}");

    /// <summary>The partition that multiplexes the consoles, if the system has one.</summary>
    public Partition? Console => _partitions.Find(partition => partition.Name == Names.Console);

    /// <summary>The service that shows the screens, if the system has one.</summary>
    public Partition? Ui => _partitions.Find(partition => partition is { Name: Names.Ui, Kind: PartitionKind.Service });

    private void AddPartition(PartitionDescription description)
    {
        Partition partition = Append(new Partition(description.Name, description.Kind, description, _partitions.Count));
        for (int n = 0; n < description.VcpuCount.Value; n++)
            AddVcpu(partition, n, CpuOf(description, n));
        if (partition.Kind != PartitionKind.Guest)
            return;

        Partition monitor = new(description.Name + Names.MonitorSuffix, PartitionKind.Monitor, description, _partitions.Count) { Guest = partition };
        partition.Monitor = Append(monitor);
        foreach (Vcpu vcpu in partition.Vcpus)
            AddVcpu(monitor, vcpu.Number, vcpu.Cpu);
    }

    private Partition Append(Partition partition)
    {
        if (_partitions.Count == Limits.Partitions)
            throw new UserError(partition.Description.At, $"{partition.Name} is one partition too many: {Limits.Partitions} fit, monitors included");
        _partitions.Add(partition);
        return partition;
    }

    private void AddVcpu(Partition partition, int number, int cpu)
    {
        Vcpu vcpu = new(partition, number, cpu);
        if (_cpus[cpu].Count == Limits.VcpusPerCpu)
            throw new UserError(partition.Description.VcpuCount.At, $"{partition.Name}: vCPU {number} is one too many for CPU {cpu}: {Limits.VcpusPerCpu} fit, those of monitors included");
        _cpus[cpu].Add(vcpu);
        partition.Vcpus.Add(vcpu);
    }

    /// <summary>The CPU that the user says, or round robin.</summary>
    private int CpuOf(PartitionDescription description, int number)
    {
        if (description.Cpus is not { } cpus)
            return number % _cpus.Count;
        Sourced<long> cpu = cpus[number];
        if (cpu.Value < 0 || cpu.Value >= _cpus.Count)
            throw new UserError(cpu.At, $"{description.Name}: there is no CPU {cpu.Value}, the machine has {_cpus.Count}");
        return (int)cpu.Value;
    }

    /// <summary>Services come before what they serve: programs, monitors, then what runs at EL1.</summary>
    private void Rank()
    {
        foreach (List<Vcpu> cpu in _cpus)
        {
            cpu.Sort((a, b) => (a.Partition.Kind, a.Partition.Index, a.Number).CompareTo((b.Partition.Kind, b.Partition.Index, b.Number)));
            for (int rank = 0; rank < cpu.Count; rank++)
                cpu[rank].Rank = rank;
        }
    }
}
