-- What a quote offered never changes, and neither does the id by which picks know it: until its first pick no foreign key
-- held that.

CREATE TRIGGER quotes_stay BEFORE UPDATE OF id ON quotes EXECUTE FUNCTION refuse_renumbering();
