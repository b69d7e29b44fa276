-- Row policies ask these. Left at UNSAFE, they kept all that administrators read of interactions to one processor.
-- They only read, and what they read (the login role) is the same in a parallel worker.

ALTER FUNCTION crm.current_user_id() PARALLEL SAFE;
ALTER FUNCTION crm.is_admin() PARALLEL SAFE;
