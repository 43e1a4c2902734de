namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// The registers of an SMMUv3 as boot may use them (Arm IHI 0070, 6.3). The firmware has left it on, with tables of its own in its caches, and lets pass
/// what is not translated. It acknowledges nothing at once: who does not wait is found out.
/// </summary>
/// <param name="memory">Holds the commands.</param>
/// <param name="address">Where its registers are; null if boot has no use for it.</param>
internal sealed class Smmu(BootMemory memory, ulong? address) : IRegisters
{
    public const ulong Control = 0x20, Attributes = 0x28, Behaviour = 0x2c, GlobalBypass = 0x44, InterruptControl = 0x50, StreamTable = 0x80, StreamTableFormat = 0x88,
        EventQueue = 0xa0, EventMessage = 0xb0, EventProducer = 0x1_00a8, EventConsumer = 0x1_00ac;

    private const ulong ControlAcknowledge = 0x24, InterruptAcknowledge = 0x54, CommandQueue = 0x90, CommandProducer = 0x98, CommandConsumer = 0x9c;
    private const ulong Size = 0x2_0000, Left = 5;

    /// <summary>How often a register is read until something has happened.</summary>
    private const int Patience = 2;

    // SMMU_CR0, SMMU_IRQ_CTRL, SMMU_GBPA
    private const ulong Translation = 1, Events = 1 << 2, Commands = 1 << 3, AllOn = 0xf, EventInterrupt = 1 << 2, AllInterrupts = 7, Update = 1UL << 31, Abort = 1 << 20;

    // Commands, SMMU_CMDQ_BASE
    private const ulong ForgetConfiguration = 0x04, Everything = 0x1f, ForgetTranslations = 0x30, Sync = 0x46, CommandSize = 16, QueueAddress = 0x000f_ffff_ffff_ffe0, QueueBits = 0x1f;

    /// <summary>Registers that may be written only while these bits of SMMU_CR0 are off, and have been acknowledged to be.</summary>
    private static readonly Dictionary<ulong, ulong> NeedOff = new()
    {
        [Attributes] = Translation | Events | Commands,
        [Behaviour] = Translation,
        [StreamTable] = Translation,
        [StreamTableFormat] = Translation,
        [CommandQueue] = Commands,
        [CommandConsumer] = Commands,
        [EventQueue] = Events,
        [EventProducer] = Events,
        [EventConsumer] = Events,
        [EventMessage] = Events,
    };

    private static readonly ulong[] Wide = [StreamTable, CommandQueue, EventQueue, EventMessage];

    private readonly Dictionary<ulong, ulong> _registers = new() { [Control] = AllOn, [ControlAcknowledge] = AllOn, [InterruptControl] = AllInterrupts, [InterruptAcknowledge] = AllInterrupts, [CommandQueue] = 0, [CommandProducer] = Left, [CommandConsumer] = Left };
    private int _reads;
    private bool _configurationForgotten, _translationsForgotten, _forgotten;

    /// <summary>What a register holds; null if nothing has written it.</summary>
    public ulong? this[ulong register] => _registers.TryGetValue(register, out ulong value) ? value : null;

    /// <summary>Whether it has done all that it was told to do.</summary>
    public bool IsAcknowledged => _registers[Control] == _registers[ControlAcknowledge] && _registers[InterruptControl] == _registers[InterruptAcknowledge];

    public bool Has(ulong where) => address is { } start && where - start < Size;

    public ulong Load(ulong where, int size)
    {
        ulong register = where - address!.Value;
        if (size != 4 || register is not (ControlAcknowledge or InterruptAcknowledge or GlobalBypass or CommandConsumer))
            throw new BootException($"reads {size} bytes of the SMMU at 0x{where:x}, which boot has no use for");
        ulong value = _registers.GetValueOrDefault(register);
        if (++_reads == Patience)
        {
            _reads = 0;
            Advance(register);
        }

        return value;
    }

    /// <summary>What a register that is read again and again is about is done.</summary>
    private void Advance(ulong register)
    {
        switch (register)
        {
            case ControlAcknowledge:
                _registers[register] = _registers[Control];
                break;
            case InterruptAcknowledge:
                _registers[register] = _registers[InterruptControl];
                break;
            case GlobalBypass:
                _registers[register] &= ~Update;
                break;
            default:
                Command();
                break;
        }
    }

    public void Store(ulong where, int size, ulong value)
    {
        ulong register = where - address!.Value;
        if (size != (Wide.Contains(register) ? 8 : 4))
            throw new BootException($"writes {size} bytes of the SMMU at 0x{where:x}, which boot has no use for");
        if (NeedOff.TryGetValue(register, out ulong off))
            Require((_registers[Control] & off) == 0 && (_registers[ControlAcknowledge] & off) == 0, $"writes the SMMU's register 0x{register:x} before it has acknowledged that it is off");
        switch (register)
        {
            case Control:
                TurnOn(value);
                break;
            case InterruptControl:
                Require(_registers[InterruptControl] == _registers[InterruptAcknowledge], "writes SMMU_IRQ_CTRL again before it is acknowledged");
                Require((value & ~EventInterrupt) == 0, $"enables the SMMU's interrupts 0x{value:x}, which boot has no use for");
                break;
            case GlobalBypass:
                Require((_registers.GetValueOrDefault(GlobalBypass) & Update) == 0 && (value & Update) != 0, "writes SMMU_GBPA before it has been updated, or without having it updated");
                break;
            case CommandProducer:
                break;
            default:
                Require(NeedOff.ContainsKey(register), $"writes the SMMU at 0x{where:x}, which boot has no use for");
                _configurationForgotten = _translationsForgotten = _forgotten = false;
                break;
        }

        _reads = 0;
        _registers[register] = value;
    }

    /// <summary>SMMU_CR0 is written.</summary>
    private void TurnOn(ulong value)
    {
        Require(_registers[Control] == _registers[ControlAcknowledge], "writes SMMU_CR0 again before it is acknowledged");
        Require((value & ~(Translation | Events | Commands)) == 0, $"turns on what boot has no use for: SMMU_CR0 0x{value:x}");
        bool refuses = (_registers.GetValueOrDefault(GlobalBypass) & (Abort | Update)) == Abort;
        Require((value & Commands) == 0 || _registers[CommandProducer] == _registers[CommandConsumer], "has the SMMU execute commands that nobody has given");
        Require((value & Translation) != 0 || refuses, "turns the SMMU off while that lets every access pass");
        Require((value & Translation) == 0 || _forgotten, "turns the SMMU on while it may have old translations in its caches");
    }

    /// <summary>Executes the next command, if there is one.</summary>
    private void Command()
    {
        ulong consumer = _registers[CommandConsumer];
        if ((_registers[ControlAcknowledge] & Commands) == 0 || consumer == _registers[CommandProducer])
            return;
        ulong queue = _registers[CommandQueue], mask = (1UL << (int)(queue & QueueBits)) - 1;
        ulong entry = (queue & QueueAddress) + ((consumer & mask) * CommandSize);
        switch (memory.Load(entry, 8), memory.Load(entry + 8, 8))
        {
            case (ForgetConfiguration, Everything):
                _configurationForgotten = true;
                break;
            case (ForgetTranslations, 0):
                _translationsForgotten = true;
                break;
            case (Sync, 0):
                _forgotten = _configurationForgotten && _translationsForgotten;
                break;
            case (ulong first, ulong second):
                throw new BootException($"gives the SMMU the command 0x{first:x}, 0x{second:x}, which boot has no use for");
        }

        _registers[CommandConsumer] = consumer + 1;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new BootException(message);
    }
}
